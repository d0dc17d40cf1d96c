import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { DEFAULT_MODEL } from '../../functions/cli/models.ts';
import { inRoot } from '../../infra/root.ts';
import { readSettings, stackName } from '../../infra/settings.ts';

const read = (context: Record<string, unknown>) => readSettings(new App({ context }).node);

describe('the settings of a deployment', () => {
  test('are the lambda predictor and no mail where nothing is said', () => {
    expect(read({})).toMatchObject({ instanceId: 'neurotile', predictor: 'lambda', mail: undefined, maxInstances: 1 });
  });

  test.each([
    ['instanceId', 'Neuro_tile', 'hyphens'],
    ['instanceId', 'a-name-that-is-too-long', '20'],
    ['predictor', 'gpu', 'lambda, async, realtime'],
    ['mail', 'nobody', 'an address'],
    ['image', 'docker.io/neurotile', 'ECR'],
    ['instanceType', 'g5.xlarge', 'ml.g5.xlarge'],
    ['maxInstances', '0', 'from 1'],
    ['training', 'yes', 'true, false'],
  ])('refuse %s = %s, and say what is expected', (name, value, expected) => {
    const error = `context ${name} is "${value}"; expected`;
    expect(() => read({ [name]: value })).toThrow(error);
    expect(() => read({ [name]: value })).toThrow(expected);
  });

  test.each([
    ['trainingImage', 'docker.io/training', 'ECR'],
    ['trainingInstanceType', 'g5.xlarge', 'ml.g5.xlarge'],
    ['trainingMaxHours', '0', 'from 1'],
    ['trainingSpot', 'maybe', 'true, false'],
    ['gateDataset', 'a b', 'datasets/'],
    ['gateRule', 'worse', 'not-worse, better'],
  ])('refuse %s = %s where there is training', (name, value, expected) => {
    expect(() => read({ training: 'true', [name]: value })).toThrow(`context ${name} is "${value}"; expected`);
    expect(() => read({ training: 'true', [name]: value })).toThrow(expected);
    expect(read({ [name]: value }).training).toBeUndefined();
  });

  test('train on spot instances, for a day at most, where training is asked for and nothing more is said', () => {
    expect(read({ training: true }).training).toEqual({
      image: undefined,
      instanceType: 'ml.g5.xlarge',
      volumeGb: 50,
      maxHours: 24,
      isSpot: true,
      gateDataset: undefined,
      gateRule: 'not-worse',
    });
  });

  test('name stacks after the instance', () => {
    expect(stackName('neurotile', 'Pipeline')).toBe('NeurotilePipeline');
    expect(stackName('site-b2', 'Endpoint')).toBe('SiteB2Endpoint');
  });

  test('of cdk.json deploy the model that the laptop uses', () => {
    const { context } = JSON.parse(readFileSync(inRoot('cdk.json'), 'utf8'));
    expect(read(context).models).toEqual([DEFAULT_MODEL]);
  });
});
