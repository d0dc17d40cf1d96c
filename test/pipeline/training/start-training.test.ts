import { describe, expect, test } from '@jest/globals';
import {
  type DatasetStanding,
  datasetStandingKey,
  type JobEnd,
  jobEndKey,
} from '../../../functions/contract/training.ts';
import { getJson, toJson } from '../../../functions/pipeline/json.ts';
import { startTraining } from '../../../functions/pipeline/training/start-training.ts';
import { putText } from '../../helpers/make-ports.ts';
import { makeTrainingPorts, storeDataset, storeModel, type TestTrainingPorts } from '../../helpers/training-ports.ts';

const KEY = 'datasets/site/dataset.json';
const start = (ports: TestTrainingPorts, dataset = 'site') => startTraining({ dataset }, ports);
const standing = ({ studies }: TestTrainingPorts) => getJson<DatasetStanding>(studies, datasetStandingKey('site'));

describe('a dataset that was uploaded', () => {
  test('starts one job, which is told where all lies', async () => {
    const ports = makeTrainingPorts();
    await storeDataset(ports, { extra: { hyperparameters: { rank: 2 } } });
    expect(await start(ports)).toEqual({ verdict: 'done' });
    const [{ name, ...request }] = ports.runner.created;
    expect(name).toMatch(/^neurotile-[0-9a-f]{16}-[0-9a-f]{8}$/);
    expect(request).toEqual({
      datasetPrefix: 'datasets/site/',
      modelPrefix: undefined,
      outputPrefix: 'training/jobs/',
      checkpointsPrefix: `checkpoints/${name}/`,
      hyperparameters: { rank: '2' },
    });
    expect(await standing(ports)).toEqual({ v: 1, dataset: 'site', state: 'training', job: name });
  });

  test('starts no second one, however often its event comes, and when the same is uploaded while it trains', async () => {
    const ports = makeTrainingPorts();
    const said = await storeDataset(ports);
    for (let times = 0; times < 3; times++) await start(ports);
    await putText(ports.studies, KEY, JSON.stringify(said));
    await start(ports);
    expect(ports.runner.created).toHaveLength(1);
  });

  test('starts one under two events at once', async () => {
    const ports = makeTrainingPorts();
    await storeDataset(ports);
    await Promise.all([start(ports), start(ports)]);
    expect(ports.runner.created).toHaveLength(1);
  });

  test('starts another where a file, the settings or what is said changed', async () => {
    const ports = makeTrainingPorts();
    const said = await storeDataset(ports);
    await start(ports);
    await putText(ports.studies, 'datasets/site/labels/t1.nii.gz', 'corrected');
    await start(ports);
    await start({ ...ports, settings: { ...ports.settings, image: 'another' } });
    await putText(ports.studies, KEY, JSON.stringify({ ...said, hyperparameters: { rank: 3 } }));
    await start(ports);
    expect(new Set(ports.runner.created.map(({ name }) => name)).size).toBe(4);
  });

  test('that was trained on already starts nothing', async () => {
    const ports = makeTrainingPorts();
    const said = await storeDataset(ports);
    await start(ports);
    const job = ports.runner.created[0].name;
    const end: JobEnd = { v: 1, job, state: 'registered' };
    await ports.studies.put(jobEndKey(job), toJson(end));
    await putText(ports.studies, KEY, JSON.stringify(said));
    await start(ports);
    expect(ports.runner.created).toHaveLength(1);
  });

  test('is tried again after a failure when dataset.json is laid there again, and not by a late copy of its event', async () => {
    const ports = makeTrainingPorts();
    const said = await storeDataset(ports);
    await start(ports);
    ports.runner.fail(ports.runner.created[0].name, 'no instance');
    await start(ports);
    expect(ports.runner.created).toHaveLength(1);
    await putText(ports.studies, KEY, JSON.stringify(said));
    await start(ports);
    expect(ports.runner.created).toHaveLength(2);
  });

  test('is fine-tuned from the model in service where it says so, which lies there as a bundle then', async () => {
    const ports = makeTrainingPorts();
    const digest = await storeModel(ports, 'net');
    await ports.studies.put('models/current.json', toJson({ digest }));
    await storeDataset(ports, { extra: { from: 'current' } });
    await start(ports);
    expect(ports.runner.created[0].modelPrefix).toBe(`models/${digest}/bundle/`);
    const stored = await ports.studies.get(`models/${digest}/bundle/models/model.onnx`);
    expect(Buffer.from(stored!.bytes).toString()).toBe('net');
  });
});

describe('a dataset that cannot be used', () => {
  test.each([
    ['broken', '{', 'DATASET'],
    [
      'without files',
      '{"modality":{"0":"T1","1":"T1ce","2":"T2","3":"FLAIR"},"training":[{"image":"a.nii","label":"b.nii"}]}',
      'DATASET',
    ],
  ])('%s is refused by a code, at a stated place, and starts nothing', async (_, text, code) => {
    const ports = makeTrainingPorts();
    await putText(ports.studies, KEY, text);
    expect(await start(ports)).toEqual({ verdict: 'refused', code });
    expect(await standing(ports)).toMatchObject({ state: 'refused', code, message: expect.any(String) });
    expect(ports.told).toMatchObject([{ type: 'Training Refused', key: 'training/datasets/site.json', code }]);
    expect(ports.runner.created).toEqual([]);
  });

  test('says which files are missing, and starts when they are there', async () => {
    const ports = makeTrainingPorts();
    const said = await storeDataset(ports);
    await ports.studies.remove('datasets/site/labels/t2.nii.gz');
    await start(ports);
    expect((await standing(ports))?.message).toContain('1 files that are not there: labels/t2.nii.gz');
    await putText(ports.studies, 'datasets/site/labels/t2.nii.gz', 'l');
    await putText(ports.studies, KEY, JSON.stringify(said));
    await start(ports);
    expect(await standing(ports)).toMatchObject({ state: 'training' });
  });

  test('tells twice under one id', async () => {
    const ports = makeTrainingPorts();
    await putText(ports.studies, KEY, '{');
    await start(ports);
    await start(ports);
    expect(ports.told[0].id).toBe(ports.told[1].id);
  });

  test('has a folder whose name no address may hold', async () => {
    const ports = makeTrainingPorts();
    expect(await start(ports, 'a b')).toEqual({ verdict: 'refused', code: 'DATASET' });
  });

  test('meets no quota: that is told, the job has ended, and the next upload tries again', async () => {
    const ports = makeTrainingPorts();
    const said = await storeDataset(ports);
    ports.runner.refuseNext();
    expect(await start(ports)).toEqual({ verdict: 'refused', code: 'TRAINING_JOB' });
    expect(await standing(ports)).toMatchObject({ state: 'failed', code: 'TRAINING_JOB' });
    await putText(ports.studies, KEY, JSON.stringify(said));
    expect(await start(ports)).toEqual({ verdict: 'done' });
    expect(ports.runner.created).toHaveLength(1);
  });

  test('is none where dataset.json is gone again', async () => {
    const ports = makeTrainingPorts();
    expect(await start(ports)).toEqual({ verdict: 'done' });
    expect(ports.told).toEqual([]);
  });
});
