import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpPredictor } from '../../functions/adapters/http-predictor.ts';
import { type ModelServer, startModelServer } from '../../functions/adapters/model-server.ts';
import { OPEN_PREFIX, openKey, predictionKey, tileOfTensor } from '../../functions/contract/keys.ts';
import type { Message } from '../../functions/contract/messages.ts';
import { messageFor } from '../../functions/contract/notifications.ts';
import { type Bucket, STAGE_NAMES, WATCH } from '../../functions/contract/stages.ts';
import { handle } from '../../functions/pipeline/handle.ts';
import { toJson } from '../../functions/pipeline/json.ts';
import type { DeadLetters, ObjectStore, Ports } from '../../functions/pipeline/ports.ts';
import { watch } from '../../functions/pipeline/watch.ts';
import { HANDLER_NAMES, type HandlerName } from '../../infra/handler-names.ts';
import { rightsOf } from '../../infra/rights.ts';
import { makeParts, TINY_MODEL, useTinyModel } from '../helpers/house.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { noRegistrar } from '../helpers/run-study.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';
import { Forbidden, guarded } from './guarded-store.ts';

const HOUR_MS = 3600_000;
/** The watchdog looks at uploads in the first minutes of an hour. */
const START_MS = Date.UTC(2030, 0, 1);

describe('what IAM will allow', () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await startModelServer({ modelsFolder: TINY_MODEL, threads: 1 });
    await server.ready;
  });
  afterAll(() => server.stop());

  const used = new Set<string>();

  /** The real use-cases, each behind the rights of its own Lambda; one message at a time. */
  function openHouse() {
    let nowMs = START_MS;
    const stores = { studies: createMemoryStore(() => nowMs), work: createMemoryStore(() => nowMs) };
    const waiting: Message[] = [];
    const parts = makeParts({ ...stores, url: server.url, registrar: noRegistrar });

    function telling(store: ObjectStore, bucket: Bucket): ObjectStore {
      return {
        ...store,
        async put(key, bytes, options) {
          const outcome = await store.put(key, bytes, options);
          const message = outcome.outcome === 'stored' ? messageFor(bucket, key) : undefined;
          if (message) waiting.push(message);
          return outcome;
        },
      };
    }

    function portsOf(name: HandlerName): Ports {
      const rights = rightsOf(name, 'lambda');
      const use = (what: string) => used.add(`${name} ${what}`);
      const work = guarded(telling(stores.work, 'work'), 'work', rights, use);
      return {
        ...parts,
        studies: guarded(telling(stores.studies, 'studies'), 'studies', rights, use),
        work,
        predictor: createHttpPredictor({ url: server.url, work }),
        clock: { nowMs: () => nowMs, rssMb: () => 0 },
        queue: {
          async send(message) {
            const isAllowed = message.stage === name || rights.sends.includes(message.stage);
            if (!isAllowed) throw new Forbidden(`${name} sends to ${message.stage}`);
            use(`send ${message.stage}`);
            waiting.push(message);
          },
        },
        hashStudy(study) {
          if (!rights.hashes) throw new Forbidden(`${name} hashes a name`);
          return parts.hashStudy(study);
        },
      };
    }

    /** Works off what waits, but the stages that are down. */
    async function pass(down: readonly HandlerName[] = []): Promise<void> {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        if (down.includes(next.stage)) continue;
        await handle(next, { firstSentMs: nowMs, isFirst: true }, portsOf(next.stage));
      }
    }

    const noLetters: DeadLetters = { peek: async () => [] };
    return {
      ...stores,
      told: parts.told,
      waiting,
      pass,
      watchAfter(hours: number, deadLetters = noLetters) {
        nowMs += hours * HOUR_MS;
        return watch({ ...portsOf('watch'), deadLetters });
      },
    };
  }

  function unneeded(): string[] {
    return HANDLER_NAMES.flatMap((name) => {
      const { objects, sends } = rightsOf(name, 'lambda');
      const all = objects.flatMap((o) => o.may.map((action) => `${action} ${o.bucket}/${o.prefix}`));
      return [...all, ...sends.map((stage) => `send ${stage}`)].map((what) => `${name} ${what}`);
    }).filter((what) => !used.has(what));
  }

  async function houseWith(files = filesOf(makeSmallStudy())) {
    const house = openHouse();
    await useTinyModel(house.studies);
    await uploadFiles(house.studies, 'small', files);
    house.waiting.push({ v: 1, stage: 'ingest', study: 'small' });
    return house;
  }
  type OpenHouse = Awaited<ReturnType<typeof houseWith>>;
  const types = ({ told }: OpenHouse) => [...new Set(told.map(({ type }) => type))];
  const keysIn = async (store: ObjectStore, prefix: string) => (await store.list(prefix)).map(({ key }) => key);

  test('is enough for a study from its upload to its news, and for asking twice', async () => {
    const house = await houseWith();
    // Every file of an upload asks for it once.
    house.waiting.push({ v: 1, stage: 'ingest', study: 'small' });
    await house.pass();
    house.waiting.push({ v: 1, stage: 'ingest', study: 'small' });
    await house.pass();
    expect(types(house)).toEqual(['Study Completed']);
    expect(await keysIn(house.work, OPEN_PREFIX)).toEqual([]);
  });

  test('is enough for tiles that are asked for again, and for an endpoint that fails on one', async () => {
    const house = await houseWith();
    await house.pass(['reduce']);
    const [tensor] = await keysIn(house.work, 'tensors/');
    const { run, tile } = tileOfTensor(tensor)!;
    house.waiting.push({ v: 1, stage: 'infer', run, tiles: [tile] });
    await house.pass(['reduce']);
    await house.work.remove(predictionKey(run, tile));
    for (const failed of ['a', 'b', 'c']) house.waiting.push({ v: 1, stage: 'infer', run, tiles: [tile], failed });
    await house.pass(['gather', 'reduce']);
    expect(await keysIn(house.work, 'failures/')).not.toEqual([]);
  });

  test('is enough for a study that is refused', async () => {
    const house = await houseWith(new Map([['x_t1.nii', new Uint8Array(400)]]));
    await house.pass();
    expect(types(house)).toEqual(['Study Refused']);
  });

  test('is enough for the watchdog to begin what nobody heard of', async () => {
    const house = await houseWith();
    await house.pass(['ingest']);
    for (let hour = 0; hour < 3; hour++) await house.watchAfter(1);
    await house.pass();
    expect(types(house)).toEqual(['Study Completed']);
  });

  test('is enough for the watchdog to have a result announced, and a run begun again that wrote nothing', async () => {
    const house = await houseWith();
    await house.pass(['announce']);
    const nothing = 'a'.repeat(32);
    await house.work.put(openKey(nothing), toJson({ v: 1, study: 'small', run: nothing }));
    await house.watchAfter(3);
    await house.pass();
    expect(types(house)).toEqual(['Study Completed']);
    expect(await keysIn(house.work, OPEN_PREFIX)).toEqual([]);
  });

  test.each(['register', 'tile', 'infer', 'gather', 'reduce'] as const)(
    'is enough for the watchdog to move a run while %s is down, and to fail it at last',
    async (down) => {
      const house = await houseWith();
      await house.pass([down]);
      // Longer than it waits after the last of its attempts to move the run.
      for (let attempt = 0; attempt <= WATCH.nudges; attempt++) {
        await house.watchAfter(72);
        await house.pass([down]);
      }
      expect(types(house)).toEqual(['Study Failed']);
      expect(await keysIn(house.work, 'nudges/')).toHaveLength(WATCH.nudges);
    },
  );

  test.each(STAGE_NAMES)('is enough for a dead letter of %s to become an error', async (stage) => {
    const house = await houseWith();
    await house.pass(['announce', 'reduce']);
    const run = /^runs\/([^/]+)/.exec((await keysIn(house.work, 'runs/'))[0])?.[1];
    const about = { ingest: { study: 'small' }, announce: { key: 'results/small/error.json' } };
    const message = { v: 1, stage, run, tiles: [], ...about[stage as 'ingest' | 'announce'] };
    const letter = { stage, body: JSON.stringify(message), sentMs: START_MS + HOUR_MS / 2 };
    await house.watchAfter(1, { peek: async () => [letter] });
    await house.pass();
    expect(types(house)).toContain('Study Failed');
  });

  test('is not more than the use-cases ask for: each right was needed by some of the above', () => {
    const toFail = ['read studies/results/', 'write studies/results/', 'write work/open/'];
    const mayFail = ['register', 'tile', 'infer', 'gather', 'reduce'].flatMap((s) =>
      toFail.map((what) => `${s} ${what}`),
    );
    // A server stands for the predictor here; the one in the Lambda reads the network itself.
    const expected = [...mayFail, 'infer read studies/models/'];
    expect(unneeded().filter((what) => !expected.includes(what))).toEqual([]);
  });
});
