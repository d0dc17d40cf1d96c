import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ModelServer, startModelServer } from '../../functions/adapters/model-server.ts';
import { createLocalRunner } from '../../functions/cli/local-runner.ts';
import type { Result } from '../../functions/contract/documents.ts';
import { predictionListKey, predictionsPrefix, resultsPrefix, runOfPrediction } from '../../functions/contract/keys.ts';
import { createRandom, type Random } from '../../functions/core/random.ts';
import { handle } from '../../functions/pipeline/handle.ts';
import { fromJson } from '../../functions/pipeline/json.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import { makeParts, TINY_MODEL, useTinyModel } from '../helpers/house.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { noRegistrar, runStudy } from '../helpers/run-study.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';

type Stores = { studies: ObjectStore; work: ObjectStore };
const STUDY = 'small';

describe('the mask is the same byte for byte', () => {
  let server: ModelServer;
  let finished: Stores;
  let resultKey: string;
  let expected: string;
  let run: string;
  beforeAll(async () => {
    server = await startModelServer({ modelsFolder: TINY_MODEL, threads: 2 });
    await server.ready;
    finished = { studies: createMemoryStore(), work: createMemoryStore() };
    await useTinyModel(finished.studies);
    await uploadFiles(finished.studies, STUDY, filesOf(makeSmallStudy()));
    resultKey = (await runStudy(STUDY, { ...finished, url: server.url, registrar: noRegistrar }))!.key;
    expected = await textOf(finished, resultKey);
    run = fromJson<Result>((await finished.studies.get(resultKey))!.bytes).run;
  });
  afterAll(() => server.stop());

  const textOf = async ({ studies }: Stores, key: string) => Buffer.from((await studies.get(key))!.bytes).toString();

  /** The finished run, as it was before its predictions came. */
  async function beforePredictions(): Promise<Stores> {
    const stores = { studies: createMemoryStore(), work: createMemoryStore() };
    const isKept = (key: string) =>
      key !== predictionListKey(run) &&
      runOfPrediction(key) === undefined &&
      (!key.startsWith(resultsPrefix(STUDY)) || key.includes('/registered/'));
    for (const bucket of ['studies', 'work'] as const)
      for (const { key } of await finished[bucket].list(''))
        if (isKept(key)) await stores[bucket].put(key, (await finished[bucket].get(key))!.bytes);
    return stores;
  }

  const partsOn = (stores: Stores) => makeParts({ ...stores, url: server.url, registrar: noRegistrar });
  const fail = (_: string, error: unknown) => {
    throw error;
  };

  /** Every prediction at least once, some again, in any order. */
  function withDuplicates<T>(items: readonly T[], random: Random): T[] {
    const again = Array.from({ length: random.integer(items.length + 1) }, () => items[random.integer(items.length)]);
    return random.shuffle([...items, ...again]);
  }

  test('for 50 random orders of predictions with duplicates', async () => {
    const random = createRandom('orders');
    const keys = (await finished.work.list(predictionsPrefix(run))).map((o) => o.key);
    expect(keys).toHaveLength(8);
    for (let n = 0; n < 50; n++) {
      const stores = await beforePredictions();
      const runner = createLocalRunner(partsOn(stores), { onError: fail });
      const ended = runner.ended(STUDY);
      for (const key of withDuplicates(keys, random))
        await runner.ports.work.put(key, (await finished.work.get(key))!.bytes);
      await ended;
      await runner.stop();
      expect(await textOf(stores, resultKey)).toBe(expected);
    }
  });

  test('for any grouping of tiles into messages', async () => {
    const random = createRandom('groups');
    const tiles = (await finished.work.list(predictionsPrefix(run))).map((o) => o.key.slice(-8, -4));
    for (let n = 0; n < 8; n++) {
      const stores = await beforePredictions();
      const runner = createLocalRunner(partsOn(stores), { onError: fail });
      const ended = runner.ended(STUDY);
      const left = withDuplicates(tiles, random);
      while (left.length > 0)
        await runner.ports.queue.send({ v: 1, stage: 'infer', run, tiles: left.splice(0, 1 + random.integer(5)) });
      await ended;
      await runner.stop();
      expect(await textOf(stores, resultKey)).toBe(expected);
    }
  });

  test('when two reducers work at once', async () => {
    const stores = await beforePredictions();
    for (const { key } of await finished.work.list(predictionsPrefix(run)))
      await stores.work.put(key, (await finished.work.get(key))!.bytes);
    await stores.work.put(predictionListKey(run), (await finished.work.get(predictionListKey(run)))!.bytes);
    const { ports } = createLocalRunner(partsOn(stores), { onError: fail });
    const message = { v: 1, stage: 'reduce', run } as const;
    const verdicts = await Promise.all([1, 2].map(() => handle(message, { firstSentMs: 0 }, ports)));
    expect(verdicts).toEqual([{ verdict: 'done' }, { verdict: 'done' }]);
    expect(await textOf(stores, resultKey)).toBe(expected);
    // One version of everything but the receipt: the second reducer's puts found what was there.
    for (const { key, version } of await stores.studies.list(resultsPrefix(STUDY)))
      if (!key.endsWith('receipt.json')) expect([key, version]).toEqual([key, '1']);
  });
});
