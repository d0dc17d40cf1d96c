/** @jest-environment ./test/inference/onnx-environment.mjs */
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createOnnxPredictor } from '../../functions/adapters/onnx-predictor.ts';
import { modelKey, networkKey } from '../../functions/contract/keys.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import { describePredictor } from '../conformance/predictor.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { digestOf, tilesOf } from '../model-container/server/start-server.ts';

const partOf = (dims: 2 | 3, name: string) => readFileSync(`test/fixtures/tiny-model-${dims}d/${name}`);

/** A studies bucket that holds models, under these digests or their own. */
async function bucketWith(models: readonly { dims: 2 | 3; as?: string }[]): Promise<ObjectStore> {
  const studies = createMemoryStore();
  for (const { dims, as = digestOf(dims) } of models) {
    await studies.put(modelKey(as), partOf(dims, 'configs/metadata.json'));
    await studies.put(networkKey(as), partOf(dims, 'models/model.onnx'));
  }
  return studies;
}

describePredictor('ONNX Runtime in this process', async () => {
  const studies = await bucketWith([{ dims: 3 }]);
  return { predictorOn: (work) => createOnnxPredictor({ studies, work, threads: 1 }) };
});

describe('models in the studies bucket', () => {
  const digest = digestOf(3);
  const request = { modelDigest: digest, tile: 't', tensorKey: 'tensor', predictionKey: 'prediction' };
  let work: ObjectStore;
  beforeEach(async () => {
    work = createMemoryStore();
    await work.put('tensor', tilesOf(2));
  });
  const predict = (studies: ObjectStore) => createOnnxPredictor({ studies, work, threads: 1 }).predict(request);

  /** The same bucket, and which keys were read. */
  function watched(studies: ObjectStore) {
    const read: string[] = [];
    const get: ObjectStore['get'] = (key, version) => {
      read.push(key);
      return studies.get(key, version);
    };
    return { studies: { ...studies, get }, read };
  }

  test('are read once, also by several tiles at once', async () => {
    const { studies, read } = watched(await bucketWith([{ dims: 3 }]));
    const predictor = createOnnxPredictor({ studies, work, threads: 1 });
    const others = ['a', 'b'].map((predictionKey) => predictor.predict({ ...request, predictionKey }));
    expect(await Promise.all([predictor.predict(request), ...others])).toEqual(new Array(3).fill({ state: 'done' }));
    expect(read.sort()).toEqual([modelKey(digest), networkKey(digest)]);
  });

  test('that are not there are told by their key, and looked for again the next time', async () => {
    const studies = createMemoryStore();
    const predictor = createOnnxPredictor({ studies, work, threads: 1 });
    await expect(predictor.predict(request)).rejects.toMatchObject({
      code: 'MODEL',
      fields: { found: `nothing at ${modelKey(digest)}` },
    });
    await studies.put(modelKey(digest), partOf(3, 'configs/metadata.json'));
    await studies.put(networkKey(digest), partOf(3, 'models/model.onnx'));
    expect(await predictor.predict(request)).toEqual({ state: 'done' });
  });

  test('whose network is another are refused', async () => {
    const studies = await bucketWith([{ dims: 3 }]);
    await studies.put(networkKey(digest), partOf(2, 'models/model.onnx'));
    await expect(predict(studies)).rejects.toMatchObject({ code: 'MODEL', fields: { found: digestOf(2) } });
  });

  test('that lie under the name of another are refused', async () => {
    const studies = await bucketWith([{ dims: 2, as: digest }]);
    await expect(predict(studies)).rejects.toMatchObject({
      code: 'MODEL',
      fields: { found: digestOf(2), expected: digest },
    });
    expect(await work.get('prediction')).toBeUndefined();
  });
});
