import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createElastixRegistrar } from '../../functions/adapters/elastix/elastix-registrar.ts';
import { startModelServer } from '../../functions/adapters/model-server.ts';
import { FIRST_SENT_ATTRIBUTE } from '../../functions/contract/environment.ts';
import { networkKey, resultsPrefix } from '../../functions/contract/keys.ts';
import { messageFor } from '../../functions/contract/notifications.ts';
import type { StageName } from '../../functions/contract/stages.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import { writeFolder } from '../../infra/bundles/files.ts';
import { BUNDLE_NAMES, type BundleName, bundleFiles } from '../../infra/bundles.ts';
import { type RecordedAws, startRecordedAws } from '../adapters/aws/recorded-aws.ts';
import { createFakeAws, type FakeAws } from '../helpers/fake-aws.ts';
import { bundleOf, TINY_MODEL, useTinyModel } from '../helpers/house.ts';
import { type Lambda, startLambda } from '../helpers/lambda.ts';
import { LAMBDA_ENVIRONMENT, tracedTo } from '../helpers/lambda-environment.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { runStudy } from '../helpers/run-study.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

/** A patient's name with what makes keys hard, which no log may hold. */
const STUDY = 'Doe+Jane/ses 1 é%2F';
const NAMES = /Doe|Jane|ses|incoming\/|results\//;

/** T2 shifted by its header, so that it has to be registered. */
function movedStudy() {
  const study = makeSmallStudy();
  const affine = [...study.volumes.T2.affine];
  affine[3] += 3;
  study.volumes.T2 = { ...study.volumes.T2, affine };
  return filesOf(study);
}

describe('the bundles, each in a process and a folder of its own with nothing around it', () => {
  const tempFolder = tempFolders();
  const stores: Record<'studies' | 'work', ObjectStore> = { studies: createMemoryStore(), work: createMemoryStore() };
  const waiting: { stage: StageName; body: string }[] = [];
  const lambdas = new Map<BundleName, Lambda>();
  const traces: string[] = [];
  const xray = createSocket('udp4', (segment) => traces.push(segment.toString()));
  let aws: RecordedAws;
  let fake: FakeAws;

  /** As S3 tells of a created object. */
  function created(bucket: string, key: string): void {
    const stage = messageFor(bucket as 'studies' | 'work', key)?.stage;
    const object = { key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+') };
    const Records = [{ eventSource: 'aws:s3', s3: { bucket: { name: bucket }, object } }];
    if (stage) waiting.push({ stage, body: JSON.stringify({ Records }) });
  }

  beforeAll(async () => {
    fake = createFakeAws(stores, created);
    aws = await startRecordedAws();
    aws.answer(fake.answer);
    xray.bind(0, '127.0.0.1');
    await once(xray, 'listening');
    const env = { ...LAMBDA_ENVIRONMENT, ...tracedTo(xray.address().port), AWS_ENDPOINT_URL: aws.url };
    for (const name of BUNDLE_NAMES) {
      const folder = await tempFolder();
      writeFolder(folder, bundleFiles(name));
      lambdas.set(name, await startLambda(folder, env));
    }
    await useTinyModel(stores.studies);
    const { digest } = (await bundleOf(TINY_MODEL)).metadata.neurotile;
    await stores.studies.put(networkKey(digest), await readFile(join(TINY_MODEL, 'models/model.onnx')));
    await uploadFiles(stores.studies, STUDY, movedStudy());
  });
  afterAll(async () => {
    for (const lambda of lambdas.values()) await lambda.stop();
    await aws.close();
    xray.close();
  });

  let records = 0;
  async function deliver(stage: StageName, body: string): Promise<void> {
    const lambda = lambdas.get(stage === 'infer' ? 'infer-lambda' : stage)!;
    const [now, messageId] = [Date.now(), `m${++records}`];
    const messageAttributes = { [FIRST_SENT_ATTRIBUTE]: { dataType: 'Number', stringValue: String(now) } };
    const record = { messageId, body, attributes: { SentTimestamp: String(now) }, messageAttributes };
    expect(await lambda.invoke({ Records: [record] })).toEqual({ batchItemFailures: [] });
  }

  /** Hands out what queues hold until they are empty. */
  async function runAll(): Promise<void> {
    for (let taken = 0; ; ) {
      for (const { message } of fake.sent.slice(taken))
        waiting.push({ stage: message.stage, body: JSON.stringify(message) });
      taken = fake.sent.length;
      const next = waiting.shift();
      if (!next) return;
      await deliver(next.stage, next.body);
    }
  }

  const text = async (store: ObjectStore, key: string) => Buffer.from((await store.get(key))!.bytes).toString('latin1');
  const namesIn = async (store: ObjectStore) => (await store.list(resultsPrefix(STUDY))).map((o) => o.key);

  test('take a study all the way, to the bytes that the laptop makes of it', async () => {
    await deliver('ingest', JSON.stringify({ v: 1, stage: 'ingest', study: STUDY }));
    await runAll();

    const [server, registrar] = [
      await startModelServer({ modelsFolder: TINY_MODEL, threads: 2 }),
      createElastixRegistrar({ workers: 1 }),
    ];
    const local = { studies: createMemoryStore(), work: createMemoryStore() };
    try {
      await server.ready;
      await useTinyModel(local.studies);
      await uploadFiles(local.studies, STUDY, movedStudy());
      await runStudy(STUDY, { ...local, url: server.url, registrar });
    } finally {
      await server.stop();
      await registrar.close();
    }

    const keys = await namesIn(stores.studies);
    expect(keys).toEqual(await namesIn(local.studies));
    expect(keys.filter((key) => key.endsWith('/result.json'))).toHaveLength(1);
    for (const key of keys.filter((k) => /(mask\.nii\.gz|metrics\.json|transforms\.json)$/.test(k)))
      expect(await text(stores.studies, key)).toBe(await text(local.studies, key));
    const transforms = JSON.parse(await text(stores.studies, keys.find((k) => k.endsWith('/transforms.json'))!));
    expect(transforms.sequences.T2.method).toBe('rigid');
    const report = await text(stores.studies, keys.find((k) => k.endsWith('/report.html'))!);
    expect(report).toContain('Copyright (c) 2021, niivue authors');
  });

  test('tell the world of it, by a hash', () => {
    const hash = createHmac('sha256', 'key').update(STUDY).digest('hex').slice(0, 32);
    expect(new Set(fake.published.map((event) => event.id)).size).toBe(1);
    expect(fake.published[0]).toMatchObject({ type: 'Study Completed', studyHash: hash });
    expect(lambdas.get('announce')!.written()).toContain(hash);
    expect(lambdas.get('announce')!.written()).toContain('"StudiesCompleted":1');
  });

  test('leave nothing for the watchdog to do', async () => {
    const watchdog = lambdas.get('watch')!;
    await watchdog.invoke({ source: 'aws.events', detail: {} });
    const lines = watchdog.written().split('\n').filter(Boolean);
    const said = lines.map((line) => JSON.parse(line));
    expect(said[0]).toMatchObject({ stage: 'watch', StudiesInFlight: 0, RunsStalled: 0 });
    expect(said[1]).toMatchObject({ message: 'watch', inFlight: 0, moved: 0, failed: 0, letters: 0 });
  });

  test('write no name, and nothing that is not a record of theirs', () => {
    for (const [name, lambda] of lambdas) {
      expect([name, NAMES.exec(lambda.written())?.[0]]).toEqual([name, undefined]);
      for (const line of lambda.written().split('\n').filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('stage');
    }
  });

  test('are traced, with no name in any trace', () => {
    expect(traces.length).toBeGreaterThanOrEqual(records);
    for (const trace of traces) expect(NAMES.exec(trace)?.[0]).toBeUndefined();
    expect(traces[0]).toContain('## index.handler');
  });
});
