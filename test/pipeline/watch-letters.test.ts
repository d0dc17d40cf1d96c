import { describe, expect, test } from '@jest/globals';
import type { StudyError } from '../../functions/contract/documents.ts';
import {
  errorKey,
  manifestKey,
  predictionKey,
  resultKey,
  tensorKey,
  waitingKey,
} from '../../functions/contract/keys.ts';
import { STAGE_NAMES, type StageName } from '../../functions/contract/stages.ts';
import { fromJson } from '../../functions/pipeline/json.ts';
import { watch } from '../../functions/pipeline/watch.ts';
import { makePorts, putText } from '../helpers/make-ports.ts';

const STUDY = 'Study 1+2';
const RUN = '0123456789abcdef0123456789abcdef';
const OTHER_RUN = 'fedcba9876543210fedcba9876543210';

interface Letter {
  stage: StageName;
  body: string;
  sentMs: number;
}

const s3 = (bucket: string, key: string) =>
  JSON.stringify({ Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: bucket }, object: { key } } }] });
const own = (stage: StageName, rest: object = { run: RUN }) => JSON.stringify({ v: 1, stage, ...rest });

/** What each stage's queue may hold, about one study. */
const BODIES: [string, StageName, string][] = [
  ['an upload', 'ingest', s3('any-bucket', 'incoming/Study+1%2B2/t1.nii')],
  ['our own message', 'ingest', own('ingest', { study: STUDY })],
  ['our own message', 'register', own('register')],
  ['our own message', 'tile', own('tile')],
  ['our own message', 'infer', own('infer', { run: RUN, tiles: ['0001'] })],
  [
    "an endpoint's failure",
    'infer',
    JSON.stringify({
      eventSource: 'aws:sagemaker',
      invocationStatus: 'Failed',
      inferenceId: 'x',
      requestParameters: { inputLocation: `s3://work/${tensorKey(RUN, '0001')}` },
    }),
  ],
  ['a prediction', 'gather', s3('any-bucket', predictionKey(RUN, '0001'))],
  ['our own message', 'reduce', own('reduce')],
  ['a result that is gone', 'announce', s3('any-bucket', `results/Study+1%2B2/${RUN}/result.json`)],
];

/** A run that was begun, and dead letters about it that were sent now. */
async function withLetters(...bodies: readonly (readonly [StageName, string])[]) {
  const ports = makePorts();
  await putText(ports.work, manifestKey(RUN), JSON.stringify({ study: STUDY, run: RUN }));
  const letters: Letter[] = bodies.map(([stage, body]) => ({ stage, body, sentMs: ports.clock.nowMs() }));
  ports.clock.passSeconds(3600);
  return { ...ports, letters, deadLetters: { peek: async () => letters } };
}

const errorIn = async ({ studies }: Pick<ReturnType<typeof makePorts>, 'studies'>, key = errorKey(STUDY)) => {
  const object = await studies.get(key);
  return object && { ...fromJson<StudyError>(object.bytes), version: object.version };
};

describe('a dead letter', () => {
  test.each(BODIES)('that holds %s to %s ends as an error of its study, once', async (_, stage, body) => {
    const ports = await withLetters([stage, body]);
    expect(await watch(ports)).toMatchObject({ letters: 1, failed: 1 });
    const error = await errorIn(ports);
    expect(error).toMatchObject({ kind: 'failed', code: 'INTERNAL', study: STUDY, version: '1' });
    expect(error!.message).toContain(`the stage ${stage}`);
    ports.clock.passSeconds(300);
    expect(await watch(ports)).toMatchObject({ letters: 1, failed: 0 });
    expect(await errorIn(ports)).toEqual(error);
  });

  test('can be one of every stage', () => {
    expect(new Set(BODIES.map(([, stage]) => stage))).toEqual(new Set(STAGE_NAMES));
  });

  test('is no failure where the run has a result', async () => {
    const ports = await withLetters(['infer', own('infer', { run: RUN, tiles: ['0001'] })], ['reduce', own('reduce')]);
    await putText(ports.studies, resultKey(STUDY, RUN), '{}');
    expect(await watch(ports)).toMatchObject({ letters: 2, failed: 0 });
    expect(await errorIn(ports)).toBeUndefined();
  });

  test('that tells of a result is no failure', async () => {
    const ports = await withLetters(['announce', own('announce', { key: resultKey(STUDY, RUN) })]);
    await putText(ports.studies, resultKey(STUDY, RUN), '{}');
    expect(await watch(ports)).toMatchObject({ failed: 0 });
  });

  test('says nothing new where the study has failed since it was sent', async () => {
    const ports = await withLetters(['infer', own('infer', { run: RUN, tiles: ['0001'] })]);
    await putText(ports.studies, errorKey(STUDY), '{"code":"PREDICTION"}');
    expect(await watch(ports)).toMatchObject({ failed: 0 });
    expect((await errorIn(ports))!.version).toBe('1');
  });

  test('is news where the study failed before it was sent', async () => {
    const ports = makePorts();
    await putText(ports.studies, errorKey(STUDY), '{"code":"PREDICTION"}');
    ports.clock.passSeconds(3600);
    const letter = { stage: 'ingest', body: own('ingest', { study: STUDY }), sentMs: ports.clock.nowMs() } as const;
    ports.clock.passSeconds(3600);
    expect(await watch({ ...ports, deadLetters: { peek: async () => [letter] } })).toMatchObject({ failed: 1 });
    expect(await errorIn(ports)).toMatchObject({ code: 'INTERNAL', version: '2' });
  });

  test('of two about one study, runs of which both ended, does not take turns with the other for ever', async () => {
    const ports = await withLetters(
      ['reduce', own('reduce')],
      ['reduce', own('reduce', { run: OTHER_RUN })],
      ['ingest', own('ingest', { study: STUDY })],
    );
    await putText(ports.work, manifestKey(OTHER_RUN), JSON.stringify({ study: STUDY, run: OTHER_RUN }));
    for (let n = 0; n < 5; n++) {
      await watch(ports);
      ports.clock.passSeconds(300);
    }
    expect((await errorIn(ports))!.version).toBe('1');
  });

  test('of one upload event among many is no failure where the study went on, but is where it only waited', async () => {
    const going = await withLetters(['ingest', own('ingest', { study: STUDY })]);
    await putText(going.studies, `results/${STUDY}/${RUN}/registered/T1.nii.gz`, '');
    expect(await watch(going)).toMatchObject({ failed: 0 });
    const waiting = await withLetters(['ingest', own('ingest', { study: STUDY })]);
    await putText(waiting.studies, waitingKey(STUDY), '{}');
    expect(await watch(waiting)).toMatchObject({ failed: 1 });
  });

  test.each([
    ['text', 'register', 'hello'],
    ['a run that nobody began', 'tile', own('tile', { run: OTHER_RUN })],
    ['an object that is no result', 'announce', own('announce', { key: 'models/current.json' })],
    ["S3's test event", 'ingest', JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' })],
  ] as const)('that holds %s is counted, and nothing is written', async (_, stage, body) => {
    const ports = await withLetters([stage, body]);
    expect(await watch(ports)).toMatchObject({ letters: 1, failed: 0 });
    expect(await ports.studies.list('')).toEqual([]);
    expect(JSON.stringify(ports.logged)).not.toContain('hello');
  });

  test('of very many is opened in one of the next rounds', async () => {
    const names = Array.from({ length: 1200 }, (_, n) => `s${n}`);
    const ports = await withLetters(...names.map((study) => ['ingest', own('ingest', { study })] as const));
    const failed: number[] = [];
    for (let n = 0; n < 5; n++) {
      failed.push((await watch(ports)).failed);
      ports.clock.passSeconds(300);
    }
    expect(Math.max(...failed)).toBe(500);
    expect(failed.reduce((sum, n) => sum + n)).toBe(1200);
  });
});
