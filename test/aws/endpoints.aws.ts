import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ModelServer, startModelServer } from '../../functions/adapters/model-server.ts';
import { DEFAULT_MODEL, SHIPPED_MODELS } from '../../functions/cli/models.ts';
import { tempFolders } from '../helpers/temp-folder.ts';
import { ROOT } from './clients.ts';
import { setClockAhead } from './clock-ahead.ts';
import { type Deployed, deploy } from './deploy.ts';
import { endpointsOf } from './endpoints-of.ts';
import { expectLaptops, neurotile, writeSmallStudy } from './laptop.ts';
import { keysUnder, resultKeys, resultOf } from './objects.ts';
import { depthsOf, isQuiet } from './queues.ts';
import { type Mood, type StandIn, startStandIn } from './sagemaker-stand-in.ts';
import { timed, waitFor } from './wait-for.ts';
import { goRound } from './watchdog.ts';

const TINY = join(ROOT, 'test/fixtures/tiny-model-3d');
const TILES = 8;
const many = (n: number, mood: Mood): Mood[] => Array<Mood>(n).fill(mood);

describe('the stack with SageMaker stood in for, the model container being the real one', () => {
  const tempFolder = tempFolders();
  let server: ModelServer;
  let standIn: StandIn;
  let deployed: Deployed;

  beforeAll(async () => {
    const models = await tempFolder();
    await symlink(join(SHIPPED_MODELS, DEFAULT_MODEL), join(models, 'default'));
    await symlink(TINY, join(models, 'tiny'));
    server = await startModelServer({ modelsFolder: models, threads: 2 });
    await server.ready;
    const { port } = new URL(process.env.AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME!);
    standIn = await startStandIn({ port: Number(port), modelServer: server.url });
  });
  afterAll(async () => {
    await standIn?.close();
    await server?.stop();
  });

  async function deployWith(instanceId: string, predictor: 'async' | 'realtime'): Promise<void> {
    deployed = await timed('cdk deploy', () => deploy(instanceId, predictor));
    for (const [name, output] of await endpointsOf(deployed, predictor, [DEFAULT_MODEL, TINY]))
      standIn.endpoints.set(name, output);
  }
  const forget = () => {
    for (const list of [standIn.met, standIn.accepted, standIn.delivered]) list.length = 0;
  };
  const upload = (folder: string) => neurotile('upload', folder, '--stack', deployed.stack);

  /** Small studies and the laptop's results of them: <studies>/<name>, <laptop>/<name>. */
  async function smallStudies(names: readonly string[]): Promise<{ studies: string; laptop: string }> {
    const [studies, laptop] = [await tempFolder(), await tempFolder()];
    for (const [n, name] of names.entries()) await writeSmallStudy(studies, name, 40 + n);
    await neurotile('run', studies, '--out', laptop, '--model', TINY);
    return { studies, laptop };
  }

  describe('an asynchronous endpoint', () => {
    beforeAll(() => deployWith('async', 'async'));
    afterAll(() => deployed?.destroy());

    test('gives a moved phantom the very mask, measures and transforms that the laptop gives it', async () => {
      await neurotile('model', 'use', DEFAULT_MODEL, '--stack', deployed.stack);
      const study = join(await tempFolder(), 'phantom');
      const laptop = await tempFolder();
      await neurotile('phantom', '--out', study);
      await timed('phantom on the laptop', () => neurotile('run', study, '--out', laptop));
      const result = await timed('phantom through the stack', async () => {
        await upload(study);
        return resultOf(deployed, 'phantom', 500);
      });
      await expectLaptops(deployed, result, laptop);
      // No tile is paid for twice.
      expect(standIn.accepted).toHaveLength(new Set(standIn.accepted).size);
      expect(standIn.met).toEqual(standIn.accepted.map(() => 'served'));
    }, 600_000);

    test('thirty throttles in a row, broken for a while, asleep, failing: every study ends as on the laptop', async () => {
      await neurotile('model', 'use', TINY, '--stack', deployed.stack);
      const names = ['storm-1', 'storm-2', 'storm-3'];
      const { studies, laptop } = await smallStudies(names);
      forget();
      const moods = [
        ...many(30, 'ThrottlingException'),
        ...many(3, 'ServiceUnavailable'),
        ...many(3, 'InternalFailure'),
        ...many(2, 'fail'),
      ];
      standIn.moods.push(...moods);
      standIn.sleep();
      await upload(studies);
      await timed('until all tiles are accepted', () =>
        waitFor('all tiles', async () => new Set(standIn.accepted).size === names.length * TILES, { seconds: 300 }),
      );
      expect(standIn.met.slice(0, 38)).toEqual(moods);
      const asleep = await Promise.all(names.map((name) => resultKeys(deployed, name)));
      expect(asleep.flat()).toEqual([]);

      standIn.wake();
      for (const name of names) await expectLaptops(deployed, await resultOf(deployed, name), join(laptop, name));
      expect(standIn.delivered.filter((what) => what === 'failure')).toHaveLength(2);
      await waitFor('the end of all messages', () => isQuiet(deployed), { seconds: 200 });
      expect(await depthsOf(deployed.deadLetterUrls)).toEqual({});
    }, 600_000);

    test('a request that was lost: the watchdog sends its tile again, and no other', async () => {
      const { studies, laptop } = await smallStudies(['lost', 'neighbour']);
      forget();
      standIn.moods.push('lose');
      await upload(studies);
      await waitFor('one study', async () => standIn.delivered.length === 2 * TILES - 1);
      await waitFor('the end of all messages', () => isQuiet(deployed), { seconds: 200 });
      const before = (await Promise.all(['lost', 'neighbour'].map((name) => resultKeys(deployed, name)))).flat();
      expect(before).toHaveLength(1);

      // Nothing is done before its time: 66 minutes for a tile.
      expect((await goRound(deployed)).FunctionError).toBeUndefined();
      expect(await depthsOf(deployed.queueUrls)).toEqual({});
      await setClockAhead(deployed.watchFunction, 2 * 3600, await tempFolder());
      expect((await goRound(deployed)).FunctionError).toBeUndefined();
      for (const name of ['lost', 'neighbour'])
        await expectLaptops(deployed, await resultOf(deployed, name), join(laptop, name));
      expect(standIn.delivered).toHaveLength(2 * TILES);
      expect(await keysUnder(deployed.work, 'nudges/')).toHaveLength(1);
    }, 600_000);
  });

  describe('a realtime endpoint', () => {
    beforeAll(() => deployWith('realtime', 'realtime'));
    afterAll(() => deployed?.destroy());

    test('throttles and breaks for a while: the study ends as on the laptop', async () => {
      await neurotile('model', 'use', TINY, '--stack', deployed.stack);
      const { studies, laptop } = await smallStudies(['live-1', 'live-2']);
      forget();
      standIn.moods.push(...many(3, 'ThrottlingException'), 'ModelError', 'ServiceUnavailable', 'InternalFailure');
      await upload(studies);
      for (const name of ['live-1', 'live-2'])
        await expectLaptops(deployed, await resultOf(deployed, name), join(laptop, name));
      expect(standIn.met.filter((m) => m === 'served')).toHaveLength(2 * TILES);
      await waitFor('the end of all messages', () => isQuiet(deployed), { seconds: 200 });
      expect(await depthsOf(deployed.deadLetterUrls)).toEqual({});
    }, 400_000);
  });
});
