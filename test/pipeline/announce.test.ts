import { describe, expect, test } from '@jest/globals';
import type { Result } from '../../functions/contract/documents.ts';
import { artefactKey, errorKey, manifestKey, openKey, resultKey } from '../../functions/contract/keys.ts';
import { NeurotileError } from '../../functions/core/errors.ts';
import { announce } from '../../functions/pipeline/announce.ts';
import { failStudy } from '../../functions/pipeline/fail.ts';
import { toJson } from '../../functions/pipeline/json.ts';
import { openRun } from '../../functions/pipeline/open-work.ts';
import { DONE } from '../../functions/pipeline/ports.ts';
import { makePorts, putText, type TestPorts } from '../helpers/make-ports.ts';

const STUDY = 'a b';
const RUN = '0123456789abcdef0123456789abcdef';
const OTHER_RUN = 'fedcba9876543210fedcba9876543210';
const KEY = resultKey(STUDY, RUN);

const resultOf = (run = RUN, study = STUDY): Result => ({
  v: 1,
  study,
  run,
  modelDigest: 'd'.repeat(64),
  pipelineVersion: 1,
  volumesMl: { TC: 1, WT: 3.25, ET: 0 },
  artefacts: { 'mask.nii.gz': { key: artefactKey(study, run, 'mask.nii.gz'), sha256: 'a'.repeat(64), bytes: 3 } },
});

/** A run as `reduce` leaves it. */
async function completed(ports: TestPorts, run = RUN): Promise<void> {
  await openRun(STUDY, run, ports);
  await putText(ports.work, manifestKey(run), JSON.stringify({ study: STUDY, run }));
  await putText(ports.studies, artefactKey(STUDY, run, 'mask.nii.gz'), 'abc');
  await ports.studies.put(resultKey(STUDY, run), toJson(resultOf(run)));
}

const tell = (key: string, ports: TestPorts) => announce({ v: 1, stage: 'announce', key }, ports);
const openIn = async ({ work }: TestPorts) => (await work.list('open/')).map((o) => o.key);

describe('a result', () => {
  test('becomes one event, and its marker goes', async () => {
    const ports = makePorts();
    await completed(ports);
    expect(await tell(KEY, ports)).toEqual(DONE);
    expect(ports.told).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        type: 'Study Completed',
        version: 1,
        studyHash: await ports.hashStudy(STUDY),
        key: KEY,
        run: RUN,
        modelDigest: 'd'.repeat(64),
        volumesMl: { TC: 1, WT: 3.25, ET: 0 },
      },
    ]);
    expect(await openIn(ports)).toEqual([]);
  });

  test('told twice has one id, and another result another', async () => {
    const ports = makePorts();
    await completed(ports);
    await completed(ports, OTHER_RUN);
    await tell(KEY, ports);
    await tell(KEY, ports);
    await tell(resultKey(STUDY, OTHER_RUN), ports);
    const [first, second, other] = ports.told.map((e) => e.id);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  test('stays to be told where the bus was down', async () => {
    const ports = makePorts();
    await completed(ports);
    const down = { ...ports, events: { publish: () => Promise.reject(new Error('down')) } };
    await expect(tell(KEY, down)).rejects.toThrow('down');
    expect(await openIn(ports)).toEqual([openKey(RUN)]);
  });

  test('can be announced when the work bucket has long forgotten its run', async () => {
    const ports = makePorts();
    await completed(ports);
    for (const { key } of await ports.work.list('')) await ports.work.remove(key);
    ports.clock.passSeconds(30 * 24 * 3600);
    await tell(KEY, ports);
    expect(ports.told).toHaveLength(1);
  });

  test('can be announced again when the study was asked for again', async () => {
    const ports = makePorts();
    await completed(ports);
    for (const { key } of await ports.work.list('')) await ports.work.remove(key);
    await openRun(STUDY, RUN, ports); // as `ingest` does before it tells of a result that is there
    await tell(KEY, ports);
    expect(ports.told).toHaveLength(1);
    expect(await openIn(ports)).toEqual([]);
  });
});

describe("a stranger's result.json is not announced, nor does it break anything", () => {
  const changed = (change: Partial<Record<keyof Result, unknown>>) => toJson({ ...resultOf(), ...change });
  const mask = resultOf().artefacts['mask.nii.gz'];
  const text = (value: string) => new TextEncoder().encode(value);

  test.each<[string, Uint8Array]>([
    ['no JSON', text('<html>')],
    ['empty', text('')],
    ['null', text('null')],
    ['a list', text('[]')],
    ['another version', changed({ v: 2 })],
    ["another study's", changed({ study: 'b' })],
    ["another run's", toJson(resultOf(OTHER_RUN))],
    ['without volumes', changed({ volumesMl: undefined })],
    ['volumes that are no numbers', changed({ volumesMl: { TC: 'much', WT: 1, ET: 1 } })],
    ['no digest', changed({ modelDigest: 'latest' })],
    ['without artefacts', changed({ artefacts: undefined })],
    ['no artefact at all', changed({ artefacts: {} })],
    [
      'an artefact that is not there',
      changed({ artefacts: { 'x.txt': { ...mask, key: artefactKey(STUDY, RUN, 'x.txt') } } }),
    ],
    ['an artefact elsewhere', changed({ artefacts: { 'mask.nii.gz': { ...mask, key: 'incoming/b/t1.nii' } } })],
    ['an artefact of another size', changed({ artefacts: { 'mask.nii.gz': { ...mask, bytes: 4 } } })],
    ['too long to be one', text(`${' '.repeat(1024 ** 2)}{}`)],
  ])('%s', async (_, bytes) => {
    const ports = makePorts();
    await completed(ports);
    await ports.studies.put(KEY, bytes);
    expect(await tell(KEY, ports)).toEqual(DONE);
    expect(ports.told).toEqual([]);
    expect(ports.logged).toEqual([{ stage: 'announce', message: 'not a result or an error of ours' }]);
  });

  test('in good form, of a run that nobody began', async () => {
    const ports = makePorts();
    await completed(ports);
    await ports.work.remove(manifestKey(RUN));
    await ports.work.remove(openKey(RUN));
    await tell(KEY, ports);
    expect(ports.told).toEqual([]);
  });

  test('in good form, of a run that is under way for another study', async () => {
    const ports = makePorts();
    await completed(ports);
    await putText(ports.work, manifestKey(RUN), JSON.stringify({ study: 'b', run: RUN }));
    await tell(KEY, ports);
    expect(ports.told).toEqual([]);
  });

  test.each([
    'results/result.json',
    `results/../${RUN}/result.json`,
    `results/a//b/${RUN}/result.json`,
    'models/current.json',
    'results/a/error.json',
  ])('at %s', async (key) => {
    const ports = makePorts();
    await ports.studies.put(key, toJson(resultOf()));
    expect(await tell(key, ports)).toEqual(DONE);
    expect(ports.told).toEqual([]);
  });
});

describe('an error', () => {
  const refuse = (ports: TestPorts, found = 'x', run?: string) =>
    failStudy({ study: STUDY, run }, new NeurotileError('NOT_NIFTI', { found }), ports);

  test('becomes one event without its message, and the markers of error and run go', async () => {
    const ports = makePorts();
    await openRun(STUDY, RUN, ports);
    await refuse(ports, 'x', RUN);
    expect(await openIn(ports)).toHaveLength(2);
    await tell(errorKey(STUDY), ports);
    expect(ports.told).toMatchObject([{ type: 'Study Refused', code: 'NOT_NIFTI', key: errorKey(STUDY), run: RUN }]);
    expect(Object.keys(ports.told[0]).sort()).toEqual(['code', 'id', 'key', 'run', 'studyHash', 'type', 'version']);
    expect(await openIn(ports)).toEqual([]);
  });

  test('told twice has one id, and one that says something else another', async () => {
    const ports = makePorts();
    await refuse(ports);
    await tell(errorKey(STUDY), ports);
    await refuse(ports);
    await tell(errorKey(STUDY), ports);
    await refuse(ports, 'y');
    await tell(errorKey(STUDY), ports);
    const [first, second, other] = ports.told.map((e) => e.id);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  test('leaves the marker of a run that was opened again since', async () => {
    const ports = makePorts();
    await refuse(ports, 'x', RUN);
    ports.clock.passSeconds(5);
    await openRun(STUDY, RUN, ports);
    await tell(errorKey(STUDY), ports);
    expect(await openIn(ports)).toEqual([openKey(RUN)]);
  });

  test('is none where the run has a result by now', async () => {
    const ports = makePorts();
    await refuse(ports, 'x', RUN);
    await completed(ports);
    await tell(errorKey(STUDY), ports);
    expect(ports.told).toEqual([]);
    expect(await openIn(ports)).toEqual([openKey(RUN)]); // the result's own, until that is told
  });

  test.each([
    ['no JSON', 'oops'],
    ['a code that there is not', '{"v":1,"study":"a b","kind":"failed","code":"OOPS","message":""}'],
    ['a code of the wrong kind', '{"v":1,"study":"a b","kind":"failed","code":"NOT_NIFTI","message":""}'],
    ['a code that objects have by nature', '{"v":1,"study":"a b","code":"toString","message":""}'],
    ["another study's", '{"v":1,"study":"b","kind":"refused","code":"NOT_NIFTI","message":""}'],
    ['a run that is none', '{"v":1,"study":"a b","kind":"refused","code":"NOT_NIFTI","message":"","run":"../.."}'],
  ])('that is a stranger’s is not announced: %s', async (_, text) => {
    const ports = makePorts();
    await putText(ports.studies, errorKey(STUDY), text);
    expect(await tell(errorKey(STUDY), ports)).toEqual(DONE);
    expect(ports.told).toEqual([]);
    expect(ports.logged).toHaveLength(1);
  });
});
