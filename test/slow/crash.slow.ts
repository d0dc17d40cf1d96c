import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ModelServer, startModelServer } from '../../functions/adapters/model-server.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import { Life } from '../helpers/crashing.ts';
import { TINY_MODEL, useTinyModel } from '../helpers/house.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { noRegistrar, runStudy } from '../helpers/run-study.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';

const STUDY = 'small';

describe('a run whose process dies after any of its operations', () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await startModelServer({ modelsFolder: TINY_MODEL, threads: 1 });
    await server.ready;
  });
  afterAll(() => server.stop());

  const files = filesOf(makeSmallStudy());

  async function uploaded(): Promise<{ studies: ObjectStore; work: ObjectStore }> {
    const stores = { studies: createMemoryStore(), work: createMemoryStore() };
    await useTinyModel(stores.studies);
    await uploadFiles(stores.studies, STUDY, files);
    return stores;
  }

  const runIn = (stores: { studies: ObjectStore; work: ObjectStore }, life?: Life) =>
    runStudy(STUDY, {
      studies: life ? life.store(stores.studies) : stores.studies,
      work: life ? life.store(stores.work) : stores.work,
      queueOf: life && ((queue) => life.queue(queue)),
      until: life?.death,
      url: server.url,
      registrar: noRegistrar,
    });

  test('goes on in a new process and ends in the same result, byte for byte', async () => {
    const whole = await uploaded();
    const life = new Life();
    const ending = await runIn(whole, life);
    expect(ending?.completed).toBe(true);
    const expected = Buffer.from((await whole.studies.get(ending!.key))!.bytes).toString();
    expect(life.operations).toBeGreaterThan(100);

    for (let k = 1; k < life.operations; k++) {
      const stores = await uploaded();
      const first = await runIn(stores, new Life(k));
      const second = await runIn(stores);
      const result = await stores.studies.get(ending!.key);
      expect({ k, ended: second?.completed ?? first?.completed }).toEqual({ k, ended: true });
      expect({ k, result: result && Buffer.from(result.bytes).toString() }).toEqual({ k, result: expected });
    }
  }, 1_800_000); // every k is a run: three times as long on a slow machine
});
