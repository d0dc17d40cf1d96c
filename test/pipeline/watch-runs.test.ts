import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ModelServer, startModelServer } from '../../functions/adapters/model-server.ts';
import type { StudyError } from '../../functions/contract/documents.ts';
import {
  errorKey,
  nudgesPrefix,
  openKey,
  resultsPrefix,
  runOfPrediction,
  studyOfResult,
} from '../../functions/contract/keys.ts';
import type { Message } from '../../functions/contract/messages.ts';
import { STAGES, type StageName, stalledAfterSeconds, WATCH } from '../../functions/contract/stages.ts';
import { NeurotileError } from '../../functions/core/errors.ts';
import { failStudy } from '../../functions/pipeline/fail.ts';
import { fromJson } from '../../functions/pipeline/json.ts';
import { openRun } from '../../functions/pipeline/open-work.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import { watch } from '../../functions/pipeline/watch.ts';
import { TINY_MODEL } from '../helpers/house.ts';
import { makePorts } from '../helpers/make-ports.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';
import { openWatchedHouse, type WatchedHouse } from '../helpers/watched-house.ts';

const STUDY = 'small';
const FILES = filesOf(makeSmallStudy());
const RUN = '0123456789abcdef0123456789abcdef';

/** What people see of a study, but the receipt, which varies. */
async function resultsOf(studies: ObjectStore): Promise<Map<string, string>> {
  const results = new Map<string, string>();
  for (const { key } of await studies.list(resultsPrefix(STUDY)))
    if (!/(receipt|waiting)\.json$/.test(key))
      results.set(key, Buffer.from((await studies.get(key))!.bytes).toString('base64'));
  return results;
}

describe('a run of which something was lost', () => {
  let server: ModelServer;
  let undisturbed: Map<string, string>;
  beforeAll(async () => {
    server = await startModelServer({ modelsFolder: TINY_MODEL, threads: 1 });
    await server.ready;
    const house = await openWatchedHouse(server.url);
    await uploadFiles(house.studies, STUDY, FILES);
    await house.passSeconds(60);
    undisturbed = await resultsOf(house.studies);
    expect([...undisturbed.keys()].some((key) => key.endsWith('/result.json'))).toBe(true);
  });
  afterAll(() => server.stop());

  /** A house in which all messages of a kind get lost until everything stands still. */
  async function losing(lose: (message: Message) => boolean): Promise<WatchedHouse> {
    const house = await openWatchedHouse(server.url);
    house.lose = lose;
    await uploadFiles(house.studies, STUDY, FILES);
    await house.passSeconds(60);
    house.lose = undefined;
    expect(house.lost.length).toBeGreaterThan(0);
    expect(house.told).toEqual([]);
    return house;
  }

  async function expectUndisturbed(house: WatchedHouse): Promise<void> {
    expect(await resultsOf(house.studies)).toEqual(undisturbed);
    expect(new Set(house.told.map((e) => `${e.type} ${e.id}`)).size).toBe(1);
    expect(house.told[0].type).toBe('Study Completed');
  }

  const isOf = (stage: StageName) => (message: Message) => message.stage === stage;
  test.each<[string, (message: Message) => boolean]>([
    ['every word of its upload', isOf('ingest')],
    ['the message to register', isOf('register')],
    ['the message to tile', isOf('tile')],
    ['every message to infer', isOf('infer')],
    ['one message to infer', (m) => m.stage === 'infer' && m.tiles.includes('0003')],
    ['every word of its predictions', isOf('gather')],
    ['the message to reduce', isOf('reduce')],
    ['the word of its result', isOf('announce')],
  ])('comes to the same bytes, and is announced: %s', async (_, lose) => {
    const house = await losing(lose);
    expect(await house.ticksUntilQuiet(24)).toBeLessThanOrEqual(24);
    await expectUndisturbed(house);
  });

  test('gets its lost predictions computed again, and what still lies there is used', async () => {
    const house = await losing(isOf('gather'));
    const predictions = (await house.work.list('predictions/')).map((o) => o.key);
    expect(predictions).toHaveLength(8);
    for (const key of predictions.slice(0, 3)) await house.work.remove(key);
    await house.ticksUntilQuiet(24);
    await expectUndisturbed(house);
    const versions = (await house.work.list('predictions/')).map((o) => o.version);
    expect(versions).toEqual(['3', '3', '3', '1', '1', '1', '1', '1']); // stored, removed, stored
  });

  test('gets its lost tensors cut again', async () => {
    const house = await losing(isOf('infer'));
    for (const { key } of (await house.work.list('tensors/')).slice(2, 4)) await house.work.remove(key);
    await house.ticksUntilQuiet(24);
    await expectUndisturbed(house);
  });

  test('gets the pictures drawn that register died over', async () => {
    const house = await losing(isOf('reduce'));
    const pictures = (await house.studies.list(resultsPrefix(STUDY))).map((o) => o.key);
    await house.studies.remove(pictures.find((key) => key.endsWith('T2-after.png'))!);
    await house.ticksUntilQuiet(24);
    await expectUndisturbed(house);
  });

  test('is not touched before its time', async () => {
    const house = await losing(isOf('reduce'));
    const seconds = stalledAfterSeconds('reduce', 0);
    let waited = 60;
    while (waited + WATCH.everySeconds <= seconds) {
      expect(await house.tick()).toEqual({ inFlight: 1, moved: 0, failed: 0, letters: 0 });
      waited += WATCH.everySeconds;
    }
    expect(await house.tick()).toEqual({ inFlight: 1, moved: 1, failed: 0, letters: 0 });
  });

  test('has stalled, in so many words, when five attempts did not move it', async () => {
    const house = await openWatchedHouse(server.url);
    house.lose = isOf('reduce');
    await uploadFiles(house.studies, STUDY, FILES);
    await house.passSeconds(60);
    const run = runOfPrediction((await house.work.list('predictions/'))[0].key)!;
    const startMs = house.nowMs();
    const lostAtFirst = house.lost.length;
    const ticks = await house.ticksUntilQuiet(1000);
    expect(ticks).toBeLessThan(1000);

    const error = fromJson<StudyError>((await house.studies.get(errorKey(STUDY)))!.bytes);
    expect(error).toMatchObject({ kind: 'failed', code: 'STALLED', study: STUDY, run });
    expect(error.message).toMatch(/before the stage reduce/);
    expect(house.told).toMatchObject([{ type: 'Study Failed', code: 'STALLED', run }]);
    expect(house.lost).toHaveLength(lostAtFirst + WATCH.nudges);
    expect(await house.work.list(nudgesPrefix(run))).toHaveLength(WATCH.nudges);
    // The wait doubled with each: 1 + 2 + 4 + 8 + 16 + 32, each ended by the next tick.
    const waited = (house.nowMs() - startMs) / 1000;
    expect(waited).toBeGreaterThan(63 * stalledAfterSeconds('reduce', 0) - 60);
    expect(waited).toBeLessThan(63 * stalledAfterSeconds('reduce', 0) + 7 * WATCH.everySeconds);
  });

  test('that stalled is moved anew, from the first attempt on, when it is sent on its way again', async () => {
    const house = await openWatchedHouse(server.url);
    house.lose = isOf('reduce');
    await uploadFiles(house.studies, STUDY, FILES);
    await house.passSeconds(60);
    await house.ticksUntilQuiet(1000);
    house.told.length = 0;

    await house.passSeconds(60);
    await house.ports.queue.send({ v: 1, stage: 'ingest', study: STUDY });
    await house.passSeconds(60);
    expect(await house.work.list('open/')).toHaveLength(1);
    house.lose = undefined;
    expect(await house.ticksUntilQuiet(24)).toBeLessThanOrEqual(24);
    expect(house.told.map((e) => e.type)).toEqual(['Study Completed']);
    const results = await resultsOf(house.studies);
    results.delete(errorKey(STUDY)); // of the first attempt; the result wins over it
    expect(results).toEqual(undisturbed);
  });

  test('and was refused, is announced as that', async () => {
    const house = await openWatchedHouse(server.url);
    house.lose = isOf('announce');
    const files = new Map(FILES);
    files.delete('x_t1.nii');
    await uploadFiles(house.studies, STUDY, files);
    await house.passSeconds(60);
    expect(house.told).toEqual([]);
    house.lose = undefined;
    expect(await house.ticksUntilQuiet(24)).toBeLessThanOrEqual(24);
    expect(house.told).toMatchObject([{ type: 'Study Refused', code: 'SEQUENCE_MISSING', key: errorKey(STUDY) }]);
  });
});

describe('the watchdog', () => {
  const watched = () => ({ ...makePorts(), deadLetters: { peek: async () => [] } });

  test('leaves nothing behind of a run that ended, and sees nothing to do', async () => {
    const ports = watched();
    expect(await watch(ports)).toEqual({ inFlight: 0, moved: 0, failed: 0, letters: 0 });
    expect(ports.sent).toEqual([]);
  });

  test('sends a study to ingest again of which there is a marker and nothing else', async () => {
    const ports = watched();
    await openRun('a', RUN, ports);
    ports.clock.passSeconds(1 + stalledAfterSeconds('ingest', 0));
    expect(await watch(ports)).toMatchObject({ inFlight: 1, moved: 1 });
    expect(ports.sent).toEqual([{ v: 1, stage: 'ingest', study: 'a' }]);
    expect(await ports.work.head(openKey(RUN))).toBeUndefined();
  });

  test('sends no more than fifty at a time on their way, and the others later', async () => {
    const ports = watched();
    for (let n = 0; n < 120; n++) await openRun(`s${n}`, n.toString(16).padStart(32, '0'), ports);
    ports.clock.passSeconds(1 + stalledAfterSeconds('ingest', 0));
    const moved: number[] = [];
    for (let n = 0; n < 4; n++) moved.push((await watch(ports)).moved);
    expect(moved).toEqual([50, 50, 20, 0]);
    expect(new Set(ports.sent.map((m) => m.stage === 'ingest' && m.study)).size).toBe(120);
  });

  test('goes on when one look fails, and says so in the end', async () => {
    const ports = watched();
    for (const n of [1, 2]) await openRun(`s${n}`, `${n}`.repeat(32), ports);
    ports.clock.passSeconds(1 + stalledAfterSeconds('ingest', 0));
    const send = ports.queue.send;
    ports.queue.send = async (message) => {
      if (message.stage === 'ingest' && message.study === 's1') throw new Error('not now');
      await send(message);
    };
    await expect(watch(ports)).rejects.toThrow(AggregateError);
    expect(ports.sent).toEqual([{ v: 1, stage: 'ingest', study: 's2' }]);
  });

  test('takes no error that is older than a run for its end', async () => {
    const ports = watched();
    await failStudy({ study: 'a', run: RUN }, new NeurotileError('INTERNAL'), ports);
    ports.clock.passSeconds(60);
    await openRun('a', RUN, ports);
    ports.clock.passSeconds(1 + stalledAfterSeconds('ingest', 0));
    await watch(ports);
    expect(ports.sent.map((m) => m.stage).sort()).toEqual(['announce', 'ingest']);
    const announced = ports.sent.find((m) => m.stage === 'announce');
    expect(studyOfResult(announced!.key)).toEqual({ study: 'a' }); // by the error's own marker
  });
});

describe('the wait of the watchdog', () => {
  test.each(Object.keys(STAGES) as StageName[])('before %s is longer than its time-out, and doubles', (stage) => {
    expect(stalledAfterSeconds(stage, 0)).toBeGreaterThan(2 * STAGES[stage].timeoutSeconds);
    for (let n = 1; n <= WATCH.nudges; n++)
      expect(stalledAfterSeconds(stage, n)).toBe(2 * stalledAfterSeconds(stage, n - 1));
    expect(stalledAfterSeconds(stage, WATCH.nudges + 3)).toBe(stalledAfterSeconds(stage, WATCH.nudges));
  });
});
