import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { errorKey, incomingPrefix, waitingKey } from '../../functions/contract/keys.ts';
import { createTools } from '../../functions/handlers/shared/powertools.ts';
import { createStageHandler } from '../../functions/handlers/shared/stage-handler.ts';
import { makeHandlerHouse } from '../helpers/handler-house.ts';
import { useTinyModel } from '../helpers/house.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';
import { keepWritten } from '../helpers/written.ts';

/** Names that stand for patients': they may be nowhere in what is logged. */
const [SOUND, LATER, WRONG, BROKEN] = ['Doe^Jane/good', 'Doe^Jane/later', 'Doe^Jane/wrong', 'Doe^Jane/broken'];
const HOUR_AGO = Date.now() - 3600_000;

let puts: string[];
let house: ReturnType<typeof makeHandlerHouse>;
const written = keepWritten();

beforeEach(async () => {
  const stored = createMemoryStore();
  await useTinyModel(stored);
  const files = filesOf(makeSmallStudy());
  await uploadFiles(stored, SOUND, files);
  await uploadFiles(stored, WRONG, new Map([...files, ['x_t1.nii', files.get('x_t1.nii')!.slice(0, 500)]]));
  await stored.put(`${incomingPrefix(LATER)}x_t1.nii`, files.get('x_t1.nii')!);
  await uploadFiles(stored, BROKEN, files);
  puts = [];
  house = makeHandlerHouse({
    ...stored,
    async list(prefix) {
      // As the SDK does, with the key in the message and in a cause.
      if (prefix.startsWith(incomingPrefix(BROKEN)))
        throw new TypeError(`no ${prefix}\n    at ${prefix}`, { cause: prefix });
      return stored.list(prefix);
    },
    put(key, bytes, options) {
      puts.push(key);
      return stored.put(key, bytes, options);
    },
  });
});

const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 60_000 } as Context;

function recordOf(messageId: string, body: string, firstSentMs?: number): SQSRecord {
  const kept = { dataType: 'Number', stringValue: String(firstSentMs) };
  return {
    messageId,
    body,
    attributes: { SentTimestamp: String(HOUR_AGO + 1000) },
    messageAttributes: firstSentMs === undefined ? {} : { firstSentMs: kept },
  } as unknown as SQSRecord;
}

const asked = (study: string) => JSON.stringify({ v: 1, stage: 'ingest', study });
const uploaded = (study: string, name: string) => {
  const key = encodeURIComponent(incomingPrefix(study) + name).replaceAll('%2F', '/');
  return JSON.stringify({
    Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'b-studies' }, object: { key } } }],
  });
};

const handle = (records: SQSRecord[]) =>
  createStageHandler('ingest', house, createTools('ingest'))({ Records: records } as SQSEvent, context);

const BATCH = () => [
  recordOf('good', asked(SOUND)),
  recordOf('again', asked(LATER), HOUR_AGO),
  recordOf('refused', asked(WRONG)),
  recordOf('throwing', asked(BROKEN)),
  recordOf('foreign', '{"to":"Doe^Jane"}'),
  recordOf('test event', '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b-studies"}'),
  recordOf('good once more', uploaded(SOUND, 'x_t1.nii')),
  recordOf('throwing once more', uploaded(BROKEN, 'x_t1.nii')),
  recordOf('again once more', uploaded(LATER, 'x_t1.nii')),
  recordOf('another stage’s', JSON.stringify({ v: 1, stage: 'reduce', run: '0'.repeat(32) })),
];

describe('a batch of ten', () => {
  test('loses none of its neighbours to a record that throws, which alone comes back', async () => {
    const { batchItemFailures } = await handle(BATCH());
    expect(batchItemFailures.map((f) => f.itemIdentifier)).toEqual(['throwing', 'throwing once more']);

    const registered = house.sent.filter(({ message }) => message.stage === 'register');
    expect(registered).toHaveLength(1);
    expect(house.sent.filter(({ message }) => message.stage === 'ingest')).toEqual([
      { message: { v: 1, stage: 'ingest', study: LATER }, delaySeconds: 60, firstSentMs: HOUR_AGO },
    ]);
    expect(house.sent).toHaveLength(2);
    expect(puts.filter((key) => key === errorKey(WRONG))).toHaveLength(1);
    expect(puts.filter((key) => key === waitingKey(LATER))).toHaveLength(1);
    expect(puts).toHaveLength(2);
  });

  test('is told of by line and metric, and no name, key or body is told', async () => {
    await handle(BATCH());
    expect(written.text()).not.toMatch(/Doe|Jane|incoming|x_t1|b-studies/);

    const lines = written
      .logged()
      .map(({ level, message, study, verdict, code }) => [level, message, study, verdict, code]);
    expect(lines).toEqual([
      ['WARN', 'a message that is none of ours', undefined, undefined, undefined],
      ['WARN', 'a message that is none of ours', undefined, undefined, undefined],
      ['INFO', 'message', `hash-${SOUND.length}`, 'done', undefined],
      ['INFO', 'message', `hash-${LATER.length}`, 'again', undefined],
      ['INFO', 'message', `hash-${WRONG.length}`, 'refused', 'NIFTI_TRUNCATED'],
      ['ERROR', 'message', `hash-${BROKEN.length}`, 'thrown', undefined],
    ]);
    for (const line of written.logged()) expect(line).toMatchObject({ stage: 'ingest', function_request_id: 'r' });

    const [others, ...verdicts] = written.metrics();
    expect(others).toMatchObject({ stage: 'ingest', ForeignMessages: [1, 1], StudiesBegun: 1 });
    expect(others.StageLatency).toHaveLength(2);
    for (const seconds of others.StageLatency) expect(Math.abs(seconds - 3600)).toBeLessThan(60);
    expect(verdicts.map(({ verdict, Messages }) => [verdict, Messages])).toEqual(
      ['done', 'again', 'refused', 'thrown'].map((verdict) => [verdict, 1]),
    );
    expect(verdicts[0]._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'Neurotile',
        Dimensions: [['service', 'stage', 'verdict']],
        Metrics: [{ Name: 'Messages', Unit: 'Count' }],
      },
    ]);
  });

  test('says of an error what it was and where, by our own code’s places', async () => {
    await handle([recordOf('throwing', asked(BROKEN))]);
    const [{ error }] = written.logged();
    expect(error).toMatchObject({ name: 'TypeError', cause: { name: 'string' } });
    expect(error.stack.length).toBeGreaterThan(3);
    expect(error.stack.join()).toContain('partial-batch.test.ts');
  });
});

test('a message that cannot be sent again fails alone', async () => {
  house.ports.queue.resend = async () => {
    throw new Error('the queue is away');
  };
  const { batchItemFailures } = await handle([recordOf('good', asked(SOUND)), recordOf('again', asked(LATER))]);
  expect(batchItemFailures).toEqual([{ itemIdentifier: 'again' }]);
});

test('SQS’s own time counts for what was never sent again, and where the attribute is no number', async () => {
  await handle([recordOf('again', asked(LATER))]);
  await handle([recordOf('again', asked(LATER), Number.NaN)]);
  expect(house.sent.map((s) => s.firstSentMs)).toEqual([HOUR_AGO + 1000, HOUR_AGO + 1000]);
});

test('a hash that cannot be made costs no message', async () => {
  house.ports.hashStudy = async () => {
    throw new Error('KMS is away');
  };
  expect(await handle([recordOf('good', asked(SOUND))])).toEqual({ batchItemFailures: [] });
  expect(written.logged()[0]).toMatchObject({ verdict: 'done' });
});
