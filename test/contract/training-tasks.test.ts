import { describe, expect, test } from '@jest/globals';
import { trainingTaskOf } from '../../functions/contract/training-tasks.ts';

const ofEvent = (source: string, type: string, detail: unknown) =>
  trainingTaskOf(JSON.stringify({ version: '0', source, 'detail-type': type, detail }));
const created = (key: string) =>
  ofEvent('aws.s3', 'Object Created', { bucket: { name: 'b' }, object: { key, size: 3 } });

describe('what lies in the training queue', () => {
  test('is EventBridge’s word of a dataset.json, and of no other object', () => {
    expect(created('datasets/site a+b/dataset.json')).toEqual({ v: 1, task: 'start', dataset: 'site a+b' });
    for (const key of [
      'incoming/x/dataset.json',
      'datasets/dataset.json',
      'datasets/a/b/dataset.json',
      'datasets/a/labels/1.nii',
    ])
      expect(created(key)).toBeUndefined();
  });

  test('is SageMaker’s word of a job or an endpoint', () => {
    const job = { TrainingJobName: 'neurotile-0a-1b', TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' };
    expect(ofEvent('aws.sagemaker', 'SageMaker Training Job State Change', job)).toEqual({
      v: 1,
      task: 'register',
      job: 'neurotile-0a-1b',
    });
    const endpoint = { EndpointName: 'neurotile-0123456789ab', EndpointStatus: 'IN_SERVICE' };
    expect(ofEvent('aws.sagemaker', 'SageMaker Endpoint State Change', endpoint)).toEqual({ v: 1, task: 'gate' });
  });

  test('is our own word of a study of the gate, and of no other study', () => {
    const ended = (key: string) => ofEvent('neurotile', 'Study Completed', { id: 'i', version: 1, key });
    expect(ended('results/_gate/site/v1-0123/aa/result.json')).toEqual({ v: 1, task: 'gate' });
    expect(ended('results/subject-017/aa/result.json')).toBeUndefined();
  });

  test('is a task of our own, whole', () => {
    for (const task of [
      { task: 'start', dataset: 'site' },
      { task: 'register', job: 'a-1' },
      { task: 'gate' },
      { task: 'look' },
    ])
      expect(trainingTaskOf(JSON.stringify({ v: 1, ...task }))).toEqual({ v: 1, ...task });
  });

  test.each([
    '',
    '[]',
    'null',
    '{"v":1}',
    '{"v":2,"task":"look"}',
    '{"v":1,"task":"start"}',
    '{"v":1,"task":"register","job":"../x"}',
  ])('is nothing where it is %s', (body) => expect(trainingTaskOf(body)).toBeUndefined());
});
