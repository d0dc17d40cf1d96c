import { describe, expect, test } from '@jest/globals';
import * as keys from '../../functions/contract/keys.ts';
import { parseMessage } from '../../functions/contract/messages.ts';
import { messageFor } from '../../functions/contract/notifications.ts';
import { STAGE_NAMES, STAGES } from '../../functions/contract/stages.ts';

const RUN = '0123456789abcdef0123456789abcdef';

describe('messages', () => {
  test.each([
    { v: 1, stage: 'ingest', study: 'Study 1' },
    { v: 1, stage: 'register', run: RUN },
    { v: 1, stage: 'infer', run: RUN, tiles: ['0000', '0001'] },
    { v: 1, stage: 'announce', key: 'results/a/error.json' },
  ])('of ours are taken: %j', (value) => {
    expect(parseMessage(JSON.parse(JSON.stringify(value)))).toEqual(value);
  });

  test.each([
    undefined,
    null,
    'text',
    [],
    {},
    { v: 2, stage: 'register', run: RUN },
    { v: 1, stage: 'register', run: '../../etc' },
    { v: 1, stage: 'register' },
    { v: 1, stage: 'infer', run: RUN, tiles: ['../x'] },
    { v: 1, stage: 'infer', run: RUN, tiles: 'all' },
    { v: 1, stage: 'unknown', run: RUN },
    { Service: 'Amazon S3', Event: 's3:TestEvent' },
  ])('of others are not: %j', (value) => {
    expect(parseMessage(value)).toBeUndefined();
  });
});

describe('created objects', () => {
  test.each([
    ['studies', 'incoming/Study 1/t1.nii.gz', { v: 1, stage: 'ingest', study: 'Study 1' }],
    ['studies', 'incoming/sub-01/ses-1/anat/T1w.nii.gz', { v: 1, stage: 'ingest', study: 'sub-01/ses-1/anat' }],
    ['work', keys.predictionKey(RUN, '0007'), { v: 1, stage: 'gather', run: RUN }],
    ['studies', keys.resultKey('a/b', RUN), { v: 1, stage: 'announce', key: `results/a/b/${RUN}/result.json` }],
    ['studies', keys.errorKey('a'), { v: 1, stage: 'announce', key: 'results/a/error.json' }],
  ] as const)('in %s at %s wake their stage', (bucket, key, message) => {
    expect(messageFor(bucket, key)).toEqual(message);
  });

  test.each([
    ['studies', 'incoming/Study 1/'],
    ['studies', 'incoming/loose-file.nii'],
    ['studies', `results/a/${RUN}/mask.nii.gz`],
    ['studies', 'models/current.json'],
    ['work', keys.tensorKey(RUN, '0007')],
    ['work', 'predictions/not-a-run/0007.npy'],
  ] as const)('in %s at %s wake nobody', (bucket, key) => {
    expect(messageFor(bucket, key)).toBeUndefined();
  });
});

describe('keys', () => {
  test('lead back to the study and run that they were made of', () => {
    expect(keys.studyOfIncoming(`${keys.incomingPrefix('a/b c')}x.nii`)).toBe('a/b c');
    expect(keys.studyOfResult(keys.resultKey('a/b c', RUN))).toEqual({ study: 'a/b c', run: RUN });
    expect(keys.studyOfResult(keys.errorKey('a/b c'))).toEqual({ study: 'a/b c' });
    expect(keys.runOfPrediction(keys.predictionKey(RUN, '0'))).toBe(RUN);
  });
});

describe('the stage table', () => {
  test.each(STAGE_NAMES)('gives %s enough receives to survive five kills', (name) => {
    expect(STAGES[name].maxReceives).toBeGreaterThanOrEqual(5);
  });
});
