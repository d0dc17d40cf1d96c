import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createSqsClient } from '../../../functions/adapters/aws/clients.ts';
import { createSqsDeadLetters } from '../../../functions/adapters/aws/sqs-dead-letters.ts';
import { createSqsQueue, type SqsQueue } from '../../../functions/adapters/aws/sqs-queue.ts';
import { STAGE_NAMES, type StageName } from '../../../functions/contract/stages.ts';
import { json, jsonError, md5, sqsSent } from './recorded-answers.ts';
import { type Answer, type Call, type RecordedAws, startRecordedAws } from './recorded-aws.ts';

const RUN = '0123456789abcdef0123456789abcdef';
/** Hosts that are nobody's: who called them instead of the environment's endpoint would fail. */
const urls = Object.fromEntries(
  STAGE_NAMES.map((stage) => [stage, `https://sqs.nowhere.invalid/000000000000/${stage}`]),
) as Record<StageName, string>;

let aws: RecordedAws;
beforeAll(async () => {
  aws = await startRecordedAws();
});
afterAll(() => aws.close());

const client = () => createSqsClient({ attempts: 3, timeoutMs: 300 });
const sent = ({ body }: Call) => JSON.parse(body.toString());
const operation = ({ headers }: Call) => String(headers['x-amz-target']).replace('AmazonSQS.', '');

describe('an SQS queue', () => {
  let queue: SqsQueue;
  beforeEach(() => {
    queue = createSqsQueue({ client: client(), urls, nowMs: () => 1_000_000.4 });
  });

  test('sends a message with the time of its first sending, to the stage’s URL at the environment’s endpoint', async () => {
    aws.answer(sqsSent);
    await queue.send({ v: 1, stage: 'tile', run: RUN });
    expect(aws.calls.map(operation)).toEqual(['SendMessage']);
    expect(sent(aws.calls[0])).toEqual({
      QueueUrl: urls.tile,
      MessageBody: `{"v":1,"stage":"tile","run":"${RUN}"}`,
      MessageAttributes: { firstSentMs: { DataType: 'Number', StringValue: '1000000' } },
      DelaySeconds: 0,
    });
  });

  test('sends again with the time of the first sending', async () => {
    aws.answer(sqsSent);
    await queue.resend({ v: 1, stage: 'tile', run: RUN }, { delaySeconds: 7, firstSentMs: 5.5 });
    expect(sent(aws.calls[0])).toMatchObject({
      MessageAttributes: { firstSentMs: { StringValue: '6' } },
      DelaySeconds: 7,
    });
  });

  test.each([
    [0.2, 1],
    [900, 900],
    [86400, 900],
    [-3, 0],
  ])('a delay of %p s becomes one that SQS takes: %p s', async (asked, delaySeconds) => {
    aws.answer(sqsSent);
    await queue.send({ v: 1, stage: 'tile', run: RUN }, { delaySeconds: asked });
    expect(sent(aws.calls[0]).DelaySeconds).toBe(delaySeconds);
  });

  test('writes nothing but ASCII, whatever a name holds', async () => {
    aws.answer(sqsSent);
    await queue.send({ v: 1, stage: 'ingest', study: 'Ä\uffff\u0001 \u007f\ud83e' });
    expect(sent(aws.calls[0]).MessageBody).toBe(
      '{"v":1,"stage":"ingest","study":"\\u00c4\\uffff\\u0001 \\u007f\\ud83e"}',
    );
  });

  test('takes a message of exactly 1 MiB, attribute included, and refuses a byte more', async () => {
    aws.answer(sqsSent);
    // Around the study: 34 of the body's bytes, and firstSentMs, Number, 1000000.
    const room = 1024 ** 2 - '{"v":1,"stage":"ingest","study":""}'.length - 'firstSentMsNumber1000000'.length;
    await queue.send({ v: 1, stage: 'ingest', study: 'x'.repeat(room) });
    const tooLarge = queue.send({ v: 1, stage: 'ingest', study: 'x'.repeat(room + 1) });
    await expect(tooLarge).rejects.toMatchObject({
      code: 'INTERNAL',
      fields: { found: 'a message of 1048577 bytes', expected: 'at most 1048576' },
    });
    expect(aws.calls).toHaveLength(1);
  });

  test.each<[string, Answer]>([
    ['a throttle', jsonError(400, 'com.amazonaws.sqs#RequestThrottled')],
    ['an error of SQS’s own', jsonError(500, 'InternalFailure')],
    ['silence', { trouble: 'silence' }],
    ['an answer about another body', json({ MessageId: 'm', MD5OfMessageBody: '0'.repeat(32) })],
  ])('gets over %s, or says so', async (name, trouble) => {
    aws.answer(trouble, sqsSent);
    const outcome = queue.send({ v: 1, stage: 'tile', run: RUN });
    if (name === 'an answer about another body') await expect(outcome).rejects.toThrow();
    else await outcome;
  });

  test('a queue that is not there is an error', async () => {
    aws.answer(jsonError(400, 'com.amazonaws.sqs#QueueDoesNotExist'));
    await expect(queue.send({ v: 1, stage: 'tile', run: RUN })).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    expect(aws.calls).toHaveLength(1);
  });
});

describe('dead letters in SQS', () => {
  const letter = (n: number) => ({
    MessageId: `m${n}`,
    ReceiptHandle: `r${n}`,
    Body: `body ${n}`,
    MD5OfBody: md5(`body ${n}`),
    Attributes: { SentTimestamp: `${1000 + n}` },
  });

  /** A queue that hands out these letters ten at a time, each once. */
  function deadLettersWith(inQueue: Partial<Record<StageName, number>>) {
    const left = new Map<string, number>(STAGE_NAMES.map((stage) => [urls[stage], inQueue[stage] ?? 0]));
    const handedOut = new Map<string, number>();
    aws.answer((call) => {
      if (operation(call) !== 'ReceiveMessage') return json({ Successful: [], Failed: [] });
      const url = sent(call).QueueUrl;
      const from = handedOut.get(url) ?? 0;
      const to = Math.min(from + 10, left.get(url)!);
      handedOut.set(url, to);
      return json({ Messages: Array.from({ length: to - from }, (_, n) => letter(from + n)) });
    });
    return createSqsDeadLetters({ client: client(), urls });
  }

  test('none are none', async () => {
    expect(await deadLettersWith({}).peek()).toEqual([]);
    expect(aws.calls.map(operation)).toEqual(new Array(STAGE_NAMES.length).fill('ReceiveMessage'));
  });

  test('all of each stage are looked at, with when they were sent', async () => {
    const letters = await deadLettersWith({ infer: 23, announce: 1 }).peek();
    expect(letters.filter((l) => l.stage === 'infer')).toEqual(
      Array.from({ length: 23 }, (_, n) => ({ stage: 'infer', body: `body ${n}`, sentMs: 1000 + n })),
    );
    expect(letters.filter((l) => l.stage === 'announce')).toHaveLength(1);
    expect(letters).toHaveLength(24);
  });

  test('they are hidden for a minute while they are looked at, then put back at once', async () => {
    await deadLettersWith({ tile: 12 }).peek();
    const receives = aws.calls.filter((c) => operation(c) === 'ReceiveMessage').map(sent);
    expect(receives.every((r) => r.VisibilityTimeout === 60 && r.WaitTimeSeconds === 1)).toBe(true);
    const puts = aws.calls.filter((c) => operation(c) === 'ChangeMessageVisibilityBatch').map(sent);
    const entries = puts.flatMap((p) => p.Entries);
    expect(puts.map((p) => p.Entries.length)).toEqual([10, 2]);
    expect(entries.map((e: { ReceiptHandle: string }) => e.ReceiptHandle)).toEqual(
      Array.from({ length: 12 }, (_, n) => `r${n}`),
    );
    expect(entries.every((e: { VisibilityTimeout: number }) => e.VisibilityTimeout === 0)).toBe(true);
  });

  test('a look at a queue without end ends', async () => {
    expect(await deadLettersWith({ gather: 100_000 }).peek()).toHaveLength(1000);
  });

  test('a look that fails half-way puts back what it took', async () => {
    let receives = 0;
    aws.answer((call) => {
      if (operation(call) !== 'ReceiveMessage') return json({ Successful: [], Failed: [] });
      if (sent(call).QueueUrl !== urls.infer) return json({});
      return receives++ === 0 ? json({ Messages: [letter(0)] }) : jsonError(403, 'AccessDenied');
    });
    const looked = createSqsDeadLetters({ client: client(), urls }).peek();
    await expect(looked).rejects.toMatchObject({ name: 'AccessDenied' });
    const puts = aws.calls.filter((c) => operation(c) === 'ChangeMessageVisibilityBatch').map(sent);
    expect(puts).toMatchObject([{ QueueUrl: urls.infer, Entries: [{ ReceiptHandle: 'r0', VisibilityTimeout: 0 }] }]);
  });
});
