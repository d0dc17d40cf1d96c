import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_MODEL } from '../../functions/cli/models.ts';
import type { Manifest, Result } from '../../functions/contract/documents.ts';
import { predictionsPrefix, resultKey, runPrefix } from '../../functions/contract/keys.ts';
import { STAGE_NAMES } from '../../functions/contract/stages.ts';
import { createRandom } from '../../functions/core/random.ts';
import { filesOf, makeSmallStudy } from '../helpers/small-study.ts';
import { tempFolders } from '../helpers/temp-folder.ts';
import { ROOT, s3 } from './clients.ts';
import { collectEvents, type HeardEvent } from './collect-events.ts';
import { type Deployed, deploy } from './deploy.ts';
import { killFunctions } from './kill-functions.ts';
import { expectLaptops, neurotile, writeSmallStudy } from './laptop.ts';
import { ended, jsonOf, keysUnder, resultKeys, resultOf, versionsUnder } from './objects.ts';
import { depthsOf, isQuiet, s3Notification, sendBody, sendMessage } from './queues.ts';
import { timed, waitFor } from './wait-for.ts';
import { goRound } from './watchdog.ts';

const TINY_3D = join(ROOT, 'test/fixtures/tiny-model-3d');
const TINY_2D = join(ROOT, 'test/fixtures/tiny-model-2d');
const SEED = 7;

const digestOf = (model: string): string =>
  JSON.parse(readFileSync(join(model, 'configs/metadata.json'), 'utf8')).neurotile.digest;

describe('many studies at once, and what should not be there', () => {
  const tempFolder = tempFolders();
  const random = createRandom(SEED);
  let deployed: Deployed;
  let heard: () => Promise<readonly HeardEvent[]>;
  let laptop: string;

  beforeAll(async () => {
    deployed = await timed('cdk deploy', () => deploy('crowd', 'lambda'));
    heard = await collectEvents(deployed);
    await neurotile('model', 'use', TINY_3D, '--stack', deployed.stack);
  });
  afterAll(() => deployed?.destroy());

  const put = (key: string, body: Uint8Array | string) =>
    s3.send(new PutObjectCommand({ Bucket: deployed.studies, Key: key, Body: body }));
  const upload = (folder: string) => neurotile('upload', folder, '--stack', deployed.stack);
  const runOnLaptop = async (folder: string) => {
    laptop = await tempFolder();
    await neurotile('run', folder, '--out', laptop, '--model', TINY_3D);
  };
  const untilQuiet = async (seconds = 240) => {
    await waitFor('the end of all messages', () => isQuiet(deployed), { seconds }).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(await depthsOf(deployed.queueUrls))}`);
    });
  };

  /** Each object was put once: a result is committed once, whoever comes second. */
  async function expectOnce({ study, run }: Result): Promise<void> {
    const versions = await versionsUnder(deployed.studies, runPrefix(study, run));
    const twice = versions.filter((v, n) => versions.findIndex((w) => w.Key === v.Key) !== n).map((v) => v.Key);
    expect(twice.filter((key) => !key?.endsWith('/receipt.json'))).toEqual([]);
  }

  test('twenty, with duplicated, delayed and shuffled events: each committed once, each announced', async () => {
    const folder = await tempFolder();
    const names = Array.from({ length: 20 }, (_, n) => `s${n + 10}`);
    for (const [n, name] of names.entries()) await writeSmallStudy(folder, name, n + 1);
    await timed('twenty on the laptop', () => runOnLaptop(folder));
    const uploading = timed('twenty uploads', () => upload(folder));
    const keys = names.flatMap((name) => ['x_t1.nii', 'x_flair.nii', 'study.json'].map((f) => `incoming/${name}/${f}`));
    for (const key of random.shuffle([...keys, ...keys]))
      await sendBody(deployed.queueUrls.ingest, s3Notification(deployed, 'studies', key), random.integer(8));
    await uploading;
    const results = await timed('twenty through the stack', async () => {
      const found: Result[] = [];
      for (const name of names) found.push(await resultOf(deployed, name, 480));
      return found;
    });

    // What comes late, comes again: every stage hears of every run once more, and of predictions and results.
    const again = results.flatMap(({ run }) =>
      (['register', 'tile', 'gather', 'reduce'] as const).map((stage) => ({ v: 1 as const, stage, run })),
    );
    for (const message of random.shuffle(again)) await sendMessage(deployed, message, random.integer(5));
    for (const { study, run } of results)
      await sendBody(
        deployed.queueUrls.announce,
        s3Notification(deployed, 'studies', `${runPrefix(study, run)}result.json`),
      );
    await timed('until all is quiet', () => untilQuiet(400));

    for (const result of results) {
      await expectLaptops(deployed, result, join(laptop, result.study));
      await expectOnce(result);
    }
    const events = (await heard()).filter(({ detail }) => results.some(({ run }) => run === detail.run));
    const ids = new Map(results.map(({ run }) => [run, new Set<string>()]));
    for (const event of events) ids.get(event.detail.run!)!.add(event.detail.id);
    expect([...ids.values()].map((set) => set.size)).toEqual(results.map(() => 1));
    expect(new Set(events.map((e) => e['detail-type']))).toEqual(new Set(['Study Completed']));
    expect(JSON.stringify(events.map(({ detail: { key: _, ...rest } }) => rest))).not.toMatch(/s1\d|s2\d/);
    expect(await depthsOf(deployed.deadLetterUrls)).toEqual({});
  }, 900_000);

  test('a poison study among good ones, hostile names, folder objects, strangers: each gets its answer, no neighbour suffers', async () => {
    const folder = await tempFolder();
    for (const name of ['good-1', 'good-2', 'Größe 脑 1']) await writeSmallStudy(folder, name, 3);
    await runOnLaptop(folder);
    const poison = new Map(filesOf(makeSmallStudy(4)));
    poison.delete('x_t1.nii');
    poison.set('x_t1.nii.gz', gzipSync(filesOf(makeSmallStudy(4)).get('x_t1.nii')!).subarray(0, 4000));
    for (const [name, bytes] of poison) await put(`incoming/poison/${name}`, bytes);
    await put('incoming/poison/study.json', '{}');
    for (const name of ['t1', 't1ce', 't2', 'flair']) await put(`incoming/empty/x_${name}.nii`, new Uint8Array(0));
    await put('incoming/empty/study.json', '{}');
    await put('incoming/folder/', new Uint8Array(0));
    await put('incoming/a/../b/x_t1.nii', 'x');
    const long = 'l'.repeat(1024 - 'incoming//x'.length);
    await put(`incoming/${long}/x`, 'x');
    const foreign = 'f'.repeat(32);
    await put(
      `results/stranger/${foreign}/result.json`,
      JSON.stringify({ v: 1, study: 'stranger', run: foreign, artefacts: {} }),
    );
    for (const stage of STAGE_NAMES) for (const body of FOREIGN_BODIES) await sendBody(deployed.queueUrls[stage], body);
    await upload(folder);

    for (const name of ['good-1', 'good-2', 'Größe 脑 1'])
      await expectLaptops(deployed, await resultOf(deployed, name), join(laptop, name));
    expect((await ended(deployed, 'poison')).error).toMatchObject({ kind: 'refused', code: 'NOT_GZIP_OR_TRUNCATED' });
    expect((await ended(deployed, 'empty')).error).toMatchObject({ kind: 'refused', code: 'NOT_NIFTI' });
    await untilQuiet();
    const unnamed = await keysUnder(deployed.studies, 'results/_unnamed/');
    const refused = await Promise.all(
      unnamed.map((key) => jsonOf<{ study: string; code: string }>(deployed.studies, key)),
    );
    expect(refused.map(({ code }) => code)).toEqual(['NAME', 'NAME']);
    expect(refused.map(({ study }) => study).sort()).toEqual(['a/../b', long].sort());
    const events = await waitFor('four refusals', async () => {
      const refusals = (await heard()).filter((e) => e['detail-type'] === 'Study Refused');
      return new Set(refusals.map((e) => e.detail.id)).size >= 4 && refusals;
    });
    expect(new Set(events.map((e) => e.detail.code))).toEqual(new Set(['NOT_GZIP_OR_TRUNCATED', 'NOT_NIFTI', 'NAME']));
    expect((await heard()).filter((e) => e.detail.key.includes('stranger'))).toEqual([]);
    expect(await depthsOf(deployed.deadLetterUrls)).toEqual({});
  }, 600_000);

  test('an upload overwritten and another model made current in mid-run: each result is of what was there at its start', async () => {
    const [folder, other] = [await tempFolder(), await tempFolder()];
    await writeSmallStudy(folder, 'mid', 5);
    await writeSmallStudy(other, 'mid', 6);
    await runOnLaptop(folder);
    await upload(join(folder, 'mid'));
    const run = await waitFor('a manifest', () => runOf('mid'), { everyMs: 50 });
    await neurotile('model', 'use', TINY_2D, '--stack', deployed.stack);
    await upload(join(other, 'mid'));
    const first = await resultOfRun('mid', run);
    await expectLaptops(deployed, first, laptop);
    expect(first.modelDigest).toBe(digestOf(TINY_3D));
    await waitFor('the second result', async () => (await resultKeys(deployed, 'mid')).length === 2);
    await neurotile('model', 'use', TINY_3D, '--stack', deployed.stack);
    const second = (await resultKeys(deployed, 'mid')).find((key) => !key.includes(run))!;
    expect((await jsonOf<Result>(deployed.studies, second)).modelDigest).toBe(digestOf(TINY_2D));
  }, 300_000);

  test('Lambdas that are killed in the midst of their work: the study ends as on the laptop', async () => {
    const folder = join(await tempFolder(), 'killed');
    await neurotile('phantom', '--out', folder);
    laptop = await tempFolder();
    await neurotile('run', folder, '--out', laptop);
    await neurotile('model', 'use', DEFAULT_MODEL, '--stack', deployed.stack);
    await upload(folder);
    const run = await waitFor('a manifest', () => runOf('killed'), { everyMs: 50 });
    const predictions = async () => (await keysUnder(deployed.work, predictionsPrefix(run))).length;
    await waitFor('a prediction', async () => (await predictions()) > 0, { everyMs: 50 });
    expect(killFunctions(deployed.stack, ['infer'])).toBeGreaterThan(0);
    expect((await resultKeys(deployed, 'killed')).length).toBe(0);
    const depth = await depthsOf(deployed.queueUrls);
    const result = await timed(`after the kill of infer, ${JSON.stringify(depth)}`, () =>
      resultOf(deployed, 'killed', 600),
    );
    await expectLaptops(deployed, result, laptop);
    await expectOnce(result);
    await neurotile('model', 'use', TINY_3D, '--stack', deployed.stack);
  }, 700_000);

  test('a dead letter becomes a failed study with a code, and stays for redrive', async () => {
    const folder = join(await tempFolder(), 'letter');
    await writeSmallStudy(folder, 'letter', 10);
    await upload(join(folder, 'letter'));
    const { run } = await resultOf(deployed, 'letter');
    await untilQuiet(200);
    // A run like that one, which never got its result: its last message lies among the dead letters.
    const lost = run.split('').reverse().join('');
    const manifest = await jsonOf<Manifest>(deployed.work, `runs/${run}/manifest.json`);
    await s3.send(
      new PutObjectCommand({
        Bucket: deployed.work,
        Key: `runs/${lost}/manifest.json`,
        Body: JSON.stringify({ ...manifest, run: lost, study: 'lost' }),
      }),
    );
    await sendBody(deployed.deadLetterUrls.reduce, JSON.stringify({ v: 1, stage: 'reduce', run: lost }));
    const round = await goRound(deployed);
    expect(round.FunctionError).toBeUndefined();
    expect((await ended(deployed, 'lost')).error).toMatchObject({ kind: 'failed', code: 'INTERNAL', run: lost });
    const failed = await waitFor('its event', async () => (await heard()).find((e) => e.detail.run === lost));
    expect(failed['detail-type']).toBe('Study Failed');
    await waitFor('the letter', async () => (await depthsOf(deployed.deadLetterUrls)).reduce === 1);
    const said = await neurotile('redrive', 'reduce', '--stack', deployed.stack);
    expect(said).toMatch(/reduce/);
    expect(await depthsOf(deployed.deadLetterUrls)).toEqual({});
  }, 300_000);

  /** The run that a study is under way with, once ingest has written its manifest. */
  async function runOf(study: string): Promise<string | undefined> {
    for (const key of await keysUnder(deployed.work, 'runs/')) {
      const run = /^runs\/([0-9a-f]{32})\/manifest\.json$/.exec(key)?.[1];
      if (run && (await jsonOf<Manifest>(deployed.work, key)).study === study) return run;
    }
    return undefined;
  }

  const resultOfRun = (study: string, run: string) =>
    waitFor('its result', async () => {
      const key = resultKey(study, run);
      return (await resultKeys(deployed, study)).includes(key) && jsonOf<Result>(deployed.studies, key);
    });
});

const FOREIGN_BODIES = [
  'not JSON at all',
  '{"hello":"world"}',
  '{"v":2,"stage":"tile","run":"0123456789abcdef0123456789abcdef"}',
  '{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-01T00:00:00.000Z","Bucket":"example","RequestId":"E","HostId":"E"}',
];
