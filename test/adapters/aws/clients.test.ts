import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as clients from '../../../functions/adapters/aws/clients.ts';
import { createS3Store } from '../../../functions/adapters/aws/s3-store.ts';
import { s3Error } from './recorded-answers.ts';
import { type RecordedAws, startRecordedAws } from './recorded-aws.ts';

let aws: RecordedAws;
beforeAll(async () => {
  aws = await startRecordedAws();
});
afterAll(() => aws.close());

const all = {
  S3: () => clients.createS3Client(),
  SQS: () => clients.createSqsClient(),
  EventBridge: () => clients.createEventBridgeClient(),
  KMS: () => clients.createKmsClient(),
  CloudWatch: () => clients.createCloudWatchClient(),
  SageMaker: () => clients.createSageMakerClient(),
};

describe('clients', () => {
  test.each(Object.entries(all))('%s: region, credentials and endpoint are the environment’s', async (_, make) => {
    const { config } = make();
    expect(await config.region()).toBe('us-east-1');
    expect(await config.credentials()).toMatchObject({ accessKeyId: 'none', secretAccessKey: 'none' });
    expect(config.retryMode).toBe('standard');
  });

  test('S3 keeps one connection for request after request', async () => {
    const store = createS3Store({ client: clients.createS3Client(), bucket: 'b' });
    aws.answer({ status: 404 });
    for (let n = 0; n < 5; n++) await store.head('k');
    expect(aws.calls).toHaveLength(5);
    expect(new Set(aws.calls.map((call) => call.fromPort)).size).toBe(1);
  });

  test('a call is tried five times, or as often as it is said', async () => {
    const callsOf = async (client = clients.createS3Client()) => {
      aws.answer(s3Error(500, 'InternalError'));
      await expect(createS3Store({ client, bucket: 'b' }).get('k')).rejects.toMatchObject({ name: 'InternalError' });
      return aws.calls.length;
    };
    expect(await callsOf()).toBe(5);
    expect(await callsOf(clients.createS3Client({ attempts: 2 }))).toBe(2);
  });
});
