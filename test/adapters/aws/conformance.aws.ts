import { randomUUID } from 'node:crypto';
import { CreateEventBusCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message as Letter,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import {
  createEventBridgeClient,
  createKmsClient,
  createS3Client,
  createSqsClient,
} from '../../../functions/adapters/aws/clients.ts';
import { createEventBridgeBus } from '../../../functions/adapters/aws/eventbridge-bus.ts';
import { createKmsHasher } from '../../../functions/adapters/aws/kms-hasher.ts';
import { createS3Store } from '../../../functions/adapters/aws/s3-store.ts';
import { createSqsDeadLetters } from '../../../functions/adapters/aws/sqs-dead-letters.ts';
import { createSqsQueue } from '../../../functions/adapters/aws/sqs-queue.ts';
import { FIRST_SENT_ATTRIBUTE } from '../../../functions/contract/environment.ts';
import { STAGE_NAMES, type StageName } from '../../../functions/contract/stages.ts';
import type { StudyEvent } from '../../../functions/pipeline/ports.ts';
import { describeEventBus } from '../../conformance/event-bus.ts';
import { describeMessageQueue, type Taken } from '../../conformance/message-queue.ts';
import { describeObjectStore } from '../../conformance/object-store.ts';
import { largeBytes } from './large-bytes.ts';

/** The adapters on an emulator at AWS_ENDPOINT_URL: what it lacks, the recorded answers beside this file hold. */
const endpoint = process.env.AWS_ENDPOINT_URL;
if (!endpoint || !['127.0.0.1', 'localhost'].includes(new URL(endpoint).hostname))
  throw new Error(`AWS_ENDPOINT_URL is ${endpoint ?? 'not set'}: expected an emulator on the loopback`);

const s3 = createS3Client();
const sqs = createSqsClient();
const kms = createKmsClient();
const eventBridge = createEventBridgeClient();
const nowMs = Date.now;
const wait = (seconds: number) => new Promise<void>((waited) => setTimeout(waited, 1000 * seconds));

async function versionedBucket(): Promise<string> {
  const Bucket = `b-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return Bucket;
}

async function queueUrl(): Promise<string> {
  return (await sqs.send(new CreateQueueCommand({ QueueName: `q-${randomUUID()}` }))).QueueUrl!;
}

async function queueUrls(): Promise<Record<StageName, string>> {
  const urls = await Promise.all(STAGE_NAMES.map(async (stage) => [stage, await queueUrl()] as const));
  return Object.fromEntries(urls) as Record<StageName, string>;
}

/** Everything that a queue shows now, taken out of it for good. */
async function takeAll(url: string, atLeast = 0): Promise<Letter[]> {
  const taken: Letter[] = [];
  for (let looks = 0; looks < 50; looks++) {
    const received = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    );
    const messages = received.Messages ?? [];
    for (const { ReceiptHandle } of messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    taken.push(...messages);
    if (messages.length === 0 && taken.length >= atLeast) break;
    if (messages.length === 0) await wait(0.1);
  }
  return taken;
}

describeObjectStore('S3', async () => createS3Store({ client: s3, bucket: await versionedBucket() }));

describe('S3', () => {
  test('keeps a large object, sent in parts, as it was', async () => {
    const store = createS3Store({ client: s3, bucket: await versionedBucket() });
    const large = largeBytes(65 * 1024 ** 2);
    const put = await store.put('incoming/s/flair.nii', large, { ifAbsent: true });
    const got = await store.get('incoming/s/flair.nii');
    expect(put).toEqual({ outcome: 'stored', version: got!.version });
    expect(Buffer.compare(got!.bytes, large)).toBe(0);
    expect((await store.head('incoming/s/flair.nii'))!.bytes).toBe(large.length);
    expect(await store.put('incoming/s/flair.nii', large, { ifAbsent: true })).toEqual({ outcome: 'exists' });
  });

  test('lists what is left after something was removed, and gives its pinned version', async () => {
    const store = createS3Store({ client: s3, bucket: await versionedBucket() });
    const put = await store.put('open/a.json', new Uint8Array([1]));
    await store.put('open/b.json', new Uint8Array([2]));
    await store.remove('open/a.json');
    expect((await store.list('open/')).map((o) => o.key)).toEqual(['open/b.json']);
    expect(await store.get('open/a.json')).toBeUndefined();
    expect(await store.head('open/a.json')).toBeUndefined();
    expect(put.outcome === 'stored' && [...(await store.get('open/a.json', put.version))!.bytes]).toEqual([1]);
    expect((await store.put('open/a.json', new Uint8Array([3]), { ifAbsent: true })).outcome).toBe('stored');
  });

  test('lists more than a page', async () => {
    const store = createS3Store({ client: s3, bucket: await versionedBucket() });
    const keys = Array.from({ length: 1203 }, (_, n) => `p/${String(n).padStart(5, '0')} +脑`);
    for (let n = 0; n < keys.length; n += 100)
      await Promise.all(keys.slice(n, n + 100).map((key) => store.put(key, new Uint8Array(1))));
    await Promise.all(keys.slice(0, 50).map((key) => store.put(key, new Uint8Array(2))));
    const listed = await store.list('p/');
    expect(listed.map((o) => o.key)).toEqual(keys);
    expect(listed.map((o) => o.bytes)).toEqual(keys.map((_, n) => (n < 50 ? 2 : 1)));
  });
});

describeMessageQueue('SQS', async () => {
  const urls = await queueUrls();
  const queue = createSqsQueue({ client: sqs, urls, nowMs });
  return {
    queue,
    nowMs,
    pass: wait,
    async take(stage) {
      return (await takeAll(urls[stage])).map(({ Body, MessageAttributes }): Taken => {
        const message = JSON.parse(Body!);
        const firstSentMs = Number(MessageAttributes![FIRST_SENT_ATTRIBUTE].StringValue);
        const again = (delaySeconds: number) => queue.resend(message, { delaySeconds, firstSentMs });
        return { message, firstSentMs, again };
      });
    },
  };
});

describe('dead letters in SQS', () => {
  test('are all seen, each once, and stay where they are', async () => {
    const urls = await queueUrls();
    const queue = createSqsQueue({ client: sqs, urls, nowMs });
    const deadLetters = createSqsDeadLetters({ client: sqs, urls });
    const beforeMs = nowMs();
    for (let n = 0; n < 25; n++) await queue.send({ v: 1, stage: 'announce', key: `results/s${n}/error.json` });
    await queue.send({ v: 1, stage: 'ingest', study: 's' });
    for (let looks = 0; looks < 2; looks++) {
      const letters = await deadLetters.peek();
      expect(letters.map((l) => l.stage).sort()).toEqual([...new Array(25).fill('announce'), 'ingest']);
      expect(new Set(letters.map((l) => l.body)).size).toBe(26);
      for (const { sentMs } of letters) expect(Math.abs(sentMs - beforeMs)).toBeLessThan(60_000);
    }
    expect(await takeAll(urls.announce, 25)).toHaveLength(25);
  });
});

describeEventBus('EventBridge', async () => {
  const [name, url] = [`bus-${randomUUID()}`, await queueUrl()];
  const attributes = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  const rule = { EventBusName: name, Name: 'all' };
  await eventBridge.send(new CreateEventBusCommand({ Name: name }));
  const EventPattern = JSON.stringify({ source: ['neurotile'], 'detail-type': [{ prefix: 'Study ' }] });
  await eventBridge.send(new PutRuleCommand({ ...rule, EventPattern, State: 'ENABLED' }));
  const Targets = [{ Id: 'queue', Arn: attributes.Attributes!.QueueArn! }];
  await eventBridge.send(new PutTargetsCommand({ EventBusName: name, Rule: 'all', Targets }));
  const seen: StudyEvent[] = [];
  return {
    bus: createEventBridgeBus({ client: eventBridge, busName: name }),
    async told(atLeast) {
      const letters = await takeAll(url, Math.max(0, atLeast - seen.length));
      seen.push(...letters.map(({ Body }) => JSON.parse(Body!).detail));
      return seen;
    },
  };
});

describe('names hashed by KMS', () => {
  const newKey = async () => {
    const made = await kms.send(new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }));
    return made.KeyMetadata!.KeyId!;
  };

  test('are the same each time, and others under another key', async () => {
    const [one, two] = [await newKey(), await newKey()];
    const hash = await createKmsHasher({ client: kms, keyId: one })('Ärztin 脑');
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(await createKmsHasher({ client: kms, keyId: one })('Ärztin 脑')).toBe(hash);
    expect(await createKmsHasher({ client: kms, keyId: one })('Arztin 脑')).not.toBe(hash);
    expect(await createKmsHasher({ client: kms, keyId: two })('Ärztin 脑')).not.toBe(hash);
  });
});
