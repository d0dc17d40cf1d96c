import { describe, expect, test } from '@jest/globals';
import { jobEndKey, registeredKey } from '../../../functions/contract/training.ts';
import { getJson } from '../../../functions/pipeline/json.ts';
import { modelVersions } from '../../../functions/pipeline/training/model-versions.ts';
import { registerModel } from '../../../functions/pipeline/training/register-model.ts';
import { startTraining } from '../../../functions/pipeline/training/start-training.ts';
import { putText } from '../../helpers/make-ports.ts';
import { makeTrainingPorts, modelFiles, storeDataset, type TestTrainingPorts } from '../../helpers/training-ports.ts';

async function underWay(): Promise<{ ports: TestTrainingPorts; job: string }> {
  const ports = makeTrainingPorts();
  await storeDataset(ports);
  await startTraining({ dataset: 'site' }, ports);
  return { ports, job: ports.runner.created[0].name };
}

async function writeModel({ studies }: TestTrainingPorts, job: string, files = modelFiles('net')): Promise<string> {
  await putText(studies, `training/jobs/${job}/output/model/configs/metadata.json`, files.metadata);
  await putText(studies, `training/jobs/${job}/output/model/models/model.onnx`, files.network);
  return files.digest;
}

const standing = ({ studies }: TestTrainingPorts) =>
  getJson<Record<string, string>>(studies, 'training/datasets/site.json');

describe('a training job that ended', () => {
  test('makes a version that is pending, whole and under its digest, and asks the gate', async () => {
    const { ports, job } = await underWay();
    const digest = await writeModel(ports, job);
    ports.runner.complete(job);
    expect(await registerModel({ job }, ports)).toEqual({ verdict: 'done' });
    expect(await getJson(ports.studies, registeredKey(digest))).toEqual({
      v: 1,
      digest,
      name: 'net',
      dataset: 'site',
      job,
    });
    expect(await modelVersions(ports.studies)).toMatchObject([{ digest, state: 'pending' }]);
    expect(Buffer.from((await ports.studies.get(`models/${digest}/model.onnx`))!.bytes).toString()).toBe('net');
    expect(await standing(ports)).toMatchObject({ state: 'registered', digest });
    expect(ports.told).toMatchObject([{ type: 'Model Registered', modelDigest: digest, job }]);
    expect(ports.asked).toEqual([{ v: 1, task: 'gate' }]);
  });

  test('is registered once, however often it is told', async () => {
    const { ports, job } = await underWay();
    await writeModel(ports, job);
    ports.runner.complete(job);
    for (let times = 0; times < 3; times++) await registerModel({ job }, ports);
    expect(ports.told).toHaveLength(1);
  });

  test('is told of too early: nothing happens, and the next word counts', async () => {
    const { ports, job } = await underWay();
    await registerModel({ job }, ports);
    expect(await getJson(ports.studies, jobEndKey(job))).toBeUndefined();
    const digest = await writeModel(ports, job);
    ports.runner.complete(job);
    await registerModel({ job }, ports);
    expect(await getJson(ports.studies, jobEndKey(job))).toMatchObject({ state: 'registered', digest });
  });

  test('without a model is an error of its dataset, by code, with what the container said', async () => {
    const { ports, job } = await underWay();
    ports.runner.fail(job, 'ExitCode 1: DatasetError: p07');
    expect(await registerModel({ job }, ports)).toEqual({ verdict: 'done' });
    expect(await standing(ports)).toMatchObject({ state: 'failed', code: 'TRAINING_JOB', job });
    expect((await standing(ports))?.message).toContain('DatasetError: p07');
    expect(ports.told).toMatchObject([{ type: 'Training Failed', code: 'TRAINING_JOB', job }]);
    expect(JSON.stringify(ports.told)).not.toContain('p07');
    expect(await modelVersions(ports.studies)).toEqual([]);
  });

  test.each([
    ['nothing at all', undefined],
    ['a network that its metadata does not tell of', { ...modelFiles('net'), network: 'other' }],
    ['metadata that is no model', { ...modelFiles('net'), metadata: '{}' }],
    ['metadata that is no JSON', { ...modelFiles('net'), metadata: '{' }],
  ])('with %s for a model has failed, and registers nothing', async (_, files) => {
    const { ports, job } = await underWay();
    if (files) await writeModel(ports, job, files);
    ports.runner.complete(job);
    await registerModel({ job }, ports);
    expect(await standing(ports)).toMatchObject({ state: 'failed', code: 'TRAINING_JOB' });
    expect(await modelVersions(ports.studies)).toEqual([]);
  });

  test('that is none of ours is left alone', async () => {
    const ports = makeTrainingPorts();
    expect(await registerModel({ job: 'neurotile-somebody-elses' }, ports)).toEqual({ verdict: 'done' });
    expect(await ports.studies.list('')).toEqual([]);
  });
});
