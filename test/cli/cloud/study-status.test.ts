import { beforeEach, describe, expect, test } from '@jest/globals';
import { stateText } from '../../../functions/cli/cloud/status-text.ts';
import { type Buckets, listStatuses, newestResult, statusOf } from '../../../functions/cli/cloud/study-status.ts';
import type { Result, StudyError } from '../../../functions/contract/documents.ts';
import {
  errorKey,
  manifestKey,
  openKey,
  planKey,
  predictionKey,
  predictionListKey,
  resultKey,
  transformsKey,
  waitingKey,
} from '../../../functions/contract/keys.ts';
import { toJson } from '../../../functions/pipeline/json.ts';
import type { ObjectStore } from '../../../functions/pipeline/ports.ts';
import { createMemoryStore } from '../../helpers/memory-store.ts';

const RUN = '0123456789abcdef0123456789abcdef';
const OTHER_RUN = 'fedcba9876543210fedcba9876543210';
const STUDY = 'sub-01/ses-1/anat';
const SECOND = 1000;

describe('the status of a study', () => {
  let nowMs: number;
  let studies: ObjectStore;
  let work: ObjectStore;
  let buckets: Buckets;

  beforeEach(() => {
    nowMs = 1_000_000 * SECOND;
    studies = createMemoryStore(() => nowMs);
    work = createMemoryStore(() => nowMs);
    buckets = { studies, work, nowMs: () => nowMs };
  });

  /** Each thing happens a second after the one before. */
  const put = async (store: ObjectStore, key: string, value: object = {}) => {
    nowMs += SECOND;
    await store.put(key, toJson(value));
  };
  const uploadStudy = (study = STUDY) => put(studies, `incoming/${study}/study.json`);
  const begin = async (run = RUN, study = STUDY) => {
    await put(work, openKey(run), { v: 1, study, run });
    await put(work, manifestKey(run), { study });
  };
  const planTiles = async (count: number) => {
    await put(work, transformsKey(RUN));
    await put(work, planKey(RUN), { tiles: Array.from({ length: count }, (_, n) => ({ id: `t${n}` })) });
  };
  const finish = (run = RUN, study = STUDY) => {
    const result: Result = {
      v: 1,
      study,
      run,
      modelDigest: 'ab'.repeat(32),
      pipelineVersion: 1,
      volumesMl: { TC: 1, WT: 2, ET: 3 },
      artefacts: { 'mask.nii.gz': { key: `results/${study}/${run}/mask.nii.gz`, sha256: 'cd'.repeat(32), bytes: 1 } },
    };
    return put(studies, resultKey(study, run), result);
  };
  const failWith = (error: Partial<StudyError>) =>
    put(studies, errorKey(STUDY), { v: 1, study: STUDY, message: '', ...error });
  const text = async () => {
    const status = await statusOf(STUDY, buckets);
    return status && stateText(status, 'async');
  };

  test('follows the objects from upload to result', async () => {
    expect(await text()).toBeUndefined();
    await uploadStudy();
    expect(await text()).toBe('ingest');
    await begin();
    expect(await text()).toBe('register');
    await put(work, transformsKey(RUN));
    expect(await text()).toBe('tile');
    await planTiles(2);
    expect(await text()).toBe('infer 0 of 2');
    await put(work, predictionKey(RUN, 't0'));
    expect(await text()).toBe('infer 1 of 2');
    await put(work, predictionKey(RUN, 't1'));
    expect(await text()).toBe('gather');
    await put(work, predictionListKey(RUN));
    expect(await text()).toBe('reduce');
    await finish();
    expect(await text()).toBe('done');
    expect(await statusOf(STUDY, buckets)).toMatchObject({ run: RUN, sinceMs: nowMs });
    await work.remove(openKey(RUN));
    expect(await text()).toBe('done');
  });

  test('says what an incomplete study waits for, until something new comes', async () => {
    await uploadStudy();
    await put(studies, waitingKey(STUDY), { waitingFor: ['FLAIR', 'T1ce'] });
    expect(await text()).toBe('waiting for FLAIR, T1ce');
    await uploadStudy();
    expect(await text()).toBe('ingest');
  });

  test('says that the GPU is waited for when tiles wait and none has come for a minute', async () => {
    await uploadStudy();
    await begin();
    await planTiles(3);
    nowMs += 61 * SECOND;
    expect(await text()).toBe('infer 0 of 3, waiting for the GPU');
    await put(work, predictionKey(RUN, 't0'));
    expect(await text()).toBe('infer 1 of 3');
  });

  test('gives the code of a refusal, and follows the mended upload', async () => {
    await uploadStudy();
    await failWith({ kind: 'refused', code: 'NO_BRAIN' });
    expect(await text()).toBe('refused NO_BRAIN');
    await uploadStudy();
    expect(await text()).toBe('ingest');
    await begin();
    expect(await text()).toBe('register');
  });

  test('gives the code of a failure, and follows a run that was opened again', async () => {
    await uploadStudy();
    await begin();
    await planTiles(2);
    await failWith({ kind: 'failed', code: 'STALLED', run: RUN });
    expect(await text()).toBe('failed STALLED');
    await put(work, openKey(RUN), { v: 1, study: STUDY, run: RUN });
    expect(await text()).toBe('infer 0 of 2');
    await finish();
    expect(await text()).toBe('done');
  });

  test('takes a result over an error of the same run, whichever came first', async () => {
    await uploadStudy();
    await finish();
    await failWith({ kind: 'failed', code: 'INTERNAL', run: RUN });
    expect(await text()).toBe('done');
  });

  test('is what it was, a while after the same content was uploaded again', async () => {
    await uploadStudy();
    await finish();
    await uploadStudy();
    expect(await text()).toBe('ingest');
    nowMs += 181 * SECOND;
    expect(await text()).toBe('done');
  });

  test('is that of the newest run, and so is the result', async () => {
    await uploadStudy();
    await begin();
    await finish();
    await uploadStudy();
    await begin(OTHER_RUN);
    expect(await text()).toBe('register');
    expect(await newestResult(STUDY, studies)).toMatchObject({ run: RUN });
    await finish(OTHER_RUN);
    expect(await newestResult(STUDY, studies)).toMatchObject({ run: OTHER_RUN, key: resultKey(STUDY, OTHER_RUN) });
  });

  test('takes nothing that a stranger put there for a result or an error', async () => {
    await uploadStudy();
    await put(studies, resultKey(STUDY, RUN), { anything: true });
    await put(studies, errorKey(STUDY), { code: 'HELLO' });
    expect(await text()).toBe('ingest');
  });

  test('is told for each study by name, and not mixed up between a study and one inside its folder', async () => {
    await uploadStudy('b');
    await uploadStudy('a/b');
    await uploadStudy('a');
    await begin(RUN, 'a');
    await finish(OTHER_RUN, 'a/b');
    const found = (await listStatuses(buckets)).map(({ study, state }) => [study, state]);
    expect(found).toEqual([
      ['a', 'register'],
      ['a/b', 'done'],
      ['b', 'ingest'],
    ]);
  });
});
