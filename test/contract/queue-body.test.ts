import { describe, expect, test } from '@jest/globals';
import { predictionKey, tensorKey } from '../../functions/contract/keys.ts';
import { messagesOf } from '../../functions/contract/queue-body.ts';
import type { Bucket } from '../../functions/contract/stages.ts';

const RUN = '0123456789abcdef0123456789abcdef';
const BUCKETS: Record<string, Bucket> = { 'our-studies': 'studies', 'our-work': 'work' };
const read = (body: string) => messagesOf(body, (name) => BUCKETS[name]);

/** One record as S3 documents it, event version 2.1. */
const record = (bucket: string, key: string) => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: 'eu-central-1',
  eventTime: '2026-11-20T12:15:00.123Z',
  eventName: 'ObjectCreated:Put',
  userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
  requestParameters: { sourceIPAddress: '192.0.2.1' },
  responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810', 'x-amz-id-2': 'FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG' },
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: 'uploads',
    bucket: { name: bucket, ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: `arn:aws:s3:::${bucket}` },
    object: {
      key,
      size: 1024,
      eTag: 'd41d8cd98f00b204e9800998ecf8427e',
      versionId: 'v1',
      sequencer: '0055AED6DCD90281E5',
    },
  },
});
const s3 = (...records: object[]) => JSON.stringify({ Records: records });
const uploadOf = (key: string) => read(s3(record('our-studies', key)));
const ingest = (study: string) => ({ v: 1, stage: 'ingest', study });

/** A key as S3 writes it into events: as forms do. */
const asInForms = (key: string) => new URLSearchParams([['', key]]).toString().slice(1).replaceAll('%2F', '/');

describe("S3's word of a created object", () => {
  // The left as the AWS documentation encodes keys, written by hand.
  test.each([
    ['incoming/Study+1/t1.nii.gz', 'Study 1'],
    ['incoming/a%2Bb/t1.nii.gz', 'a+b'],
    ['incoming/a%252Fb/t1.nii.gz', 'a%2Fb'],
    ['incoming/100%25/t1.nii.gz', '100%'],
    ['incoming/M%C3%BCller%2C+J+%28%E8%84%91%29/t1.nii.gz', 'Müller, J (脑)'],
    ['incoming/sub-01/ses-1/anat/sub-01_T1w.nii.gz', 'sub-01/ses-1/anat'],
    ['incoming/../t1.nii.gz', '..'],
    ['incoming/a%2Fb/t1.nii.gz', 'a/b'],
    ['incoming/%F0%9F%A7%A0/t1.nii.gz', '🧠'],
    ['incoming/a%26b%3Dc%3Fd%23e/t1.nii.gz', 'a&b=c?d#e'],
  ])('%s is of the study %j', (key, study) => {
    expect(uploadOf(key)).toEqual([ingest(study)]);
  });

  test('of a key of 1,024 bytes is of its study, at full length', () => {
    const study = `${'脑'.repeat(335)} +`; // incoming/ 9, the study 1007, /t1.nii 7 bytes
    const key = `incoming/${study}/t1.nii`;
    expect(Buffer.byteLength(key)).toBe(1023);
    expect(uploadOf(asInForms(`${key}x`))).toEqual([ingest(study)]);
  });

  test('is one message a record, in their order', () => {
    const body = s3(
      record('our-studies', 'incoming/b/t1.nii'),
      record('our-work', predictionKey(RUN, '0007')),
      record('our-studies', `results/a+b/${RUN}/result.json`),
      record('our-studies', 'results/a+b/error.json'),
    );
    expect(read(body)).toEqual([
      ingest('b'),
      { v: 1, stage: 'gather', run: RUN },
      { v: 1, stage: 'announce', key: `results/a b/${RUN}/result.json` },
      { v: 1, stage: 'announce', key: 'results/a b/error.json' },
    ]);
  });

  test.each([
    ['a folder object of the console', 'incoming/Study+1/'],
    ['a file outside any study', 'incoming/t1.nii'],
    ['another artefact', `results/a/${RUN}/metrics.json`],
  ])('wakes nobody for %s', (_, key) => {
    expect(uploadOf(key)).toEqual([]);
  });

  test.each([
    ["a stranger's bucket", record('their-studies', 'incoming/a/t1.nii')],
    ['a key that is not encoded', record('our-studies', 'incoming/100%/t1.nii')],
    ['bytes that are no UTF-8', record('our-studies', 'incoming/%FF%FE/t1.nii')],
    ['another source', { ...record('our-studies', 'incoming/a/t1.nii'), eventSource: 'aws:sns' }],
    ['no object', { eventSource: 'aws:s3', s3: { bucket: { name: 'our-studies' } } }],
    ['a record that is null', null as unknown as object],
  ])('is foreign with %s', (_, strange) => {
    expect(read(s3(strange))).toBeUndefined();
  });

  test('at a deploy, its test event, is no message and not foreign', () => {
    const body = {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: '2026-11-20T12:15:00.123Z',
      Bucket: 'our-studies',
      RequestId: '5582815E1AEA5ADF',
      HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR',
    };
    expect(read(JSON.stringify(body))).toEqual([]);
  });
});

describe("SageMaker's word of an asynchronous request", () => {
  /** As its SNS topic delivers it, raw. */
  const notification = (rest: object) =>
    JSON.stringify({
      awsRegion: 'eu-central-1',
      eventTime: '2026-11-20T12:15:00.123Z',
      receivedTime: '2026-11-20T12:14:00.000Z',
      invocationStatus: 'Failed',
      failureReason: 'ClientError: Received server error (500) from primary with message "out of memory".',
      requestParameters: {
        contentType: 'application/x-npy',
        endpointName: 'neurotile-0123456789ab',
        inputLocation: `s3://our-work/${tensorKey(RUN, '0007')}`,
      },
      inferenceId: '11111111-2222-3333-4444-555555555555',
      eventVersion: '1.0',
      eventSource: 'aws:sagemaker',
      eventName: 'InferenceResult',
      ...rest,
    });

  test('that failed goes back to the road of its tile, with the id of the attempt', () => {
    expect(read(notification({}))).toEqual([
      { v: 1, stage: 'infer', run: RUN, tiles: ['0007'], failed: '11111111-2222-3333-4444-555555555555' },
    ]);
  });

  test('that expired does too', () => {
    expect(read(notification({ invocationStatus: 'Expired' }))).toHaveLength(1);
  });

  test('that was answered needs nobody: the prediction tells of itself', () => {
    const responseParameters = { contentType: 'application/x-npy', outputLocation: 's3://our-work/x' };
    expect(read(notification({ invocationStatus: 'Completed', responseParameters }))).toEqual([]);
  });

  test.each([
    ['no request', { requestParameters: undefined }],
    ['an input that is no tensor', { requestParameters: { inputLocation: 's3://our-work/runs/x/plan.json' } }],
    ['a tile with a hostile name', { requestParameters: { inputLocation: `s3://our-work/tensors/${RUN}/../x.npy` } }],
    ['an id that could be no part of a key', { inferenceId: '../../x' }],
  ])('is foreign with %s', (_, rest) => {
    expect(read(notification(rest))).toBeUndefined();
  });
});

describe('our own messages', () => {
  test.each([
    { v: 1, stage: 'ingest', study: 'a b' },
    { v: 1, stage: 'infer', run: RUN, tiles: ['0007'], failed: 'x-1' },
    { v: 1, stage: 'announce', key: 'results/a/error.json' },
  ])('are what they are: %j', (message) => {
    expect(read(JSON.stringify(message))).toEqual([message]);
  });
});

describe('what is none of these', () => {
  test.each([
    '',
    'hello',
    '{',
    'null',
    '[]',
    '7',
    '"s3:TestEvent"',
    '{}',
    '{"Records":"all"}',
    '{"v":2,"stage":"register"}',
    `{"v":1,"stage":"infer","run":"${RUN}","tiles":["0"],"failed":"../x"}`,
  ])('is foreign: %s', (body) => {
    expect(read(body)).toBeUndefined();
  });
});
