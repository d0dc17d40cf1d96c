import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SQSClient } from '@aws-sdk/client-sqs';

/** How patient a client is. */
export interface Patience {
  /** Calls that one request may become: SDK's standard mode, exponential back-off with jitter. */
  readonly attempts: number;
  /** Silence on the connection after which a call has failed. */
  readonly timeoutMs: number;
}

const USUAL: Patience = { attempts: 5, timeoutMs: 10_000 };
/**
 * A realtime model may compute for 60 s, the service's own limit; more than one such call would outlive the Lambda, and
 * the queue asks again anyway.
 */
const MODEL: Patience = { attempts: 1, timeoutMs: 62_000 };

/**
 * What every client of ours is made with. Region, credentials and endpoint (AWS_ENDPOINT_URL and its kin) come from the
 * environment alone. Connections are kept alive, which is the SDK's default.
 */
export function clientSettings(patience: Partial<Patience> = {}) {
  const { attempts, timeoutMs } = { ...USUAL, ...patience };
  return {
    maxAttempts: attempts,
    retryMode: 'standard',
    // Of silence, not of the whole request: a large object over a slow line takes as long as it takes.
    requestHandler: { connectionTimeout: 5000, socketTimeout: timeoutMs },
  };
}

/** Other endpoints than AWS's seldom have a host name a bucket. */
export const createS3Client = (patience?: Partial<Patience>) =>
  new S3Client({ ...clientSettings({ timeoutMs: 20_000, ...patience }), forcePathStyle: hasOwnEndpoint('S3') });

/** A queue's URL is its name here, never the host that is called: that is the environment's to say. */
export const createSqsClient = (patience?: Partial<Patience>) =>
  new SQSClient({ ...clientSettings(patience), useQueueUrlAsEndpoint: false });

export const createEventBridgeClient = (patience?: Partial<Patience>) =>
  new EventBridgeClient(clientSettings(patience));

export const createKmsClient = (patience?: Partial<Patience>) => new KMSClient(clientSettings(patience));

/** For a look that may fail: it must not hold up who works. */
export const createCloudWatchClient = (patience?: Partial<Patience>) =>
  new CloudWatchClient(clientSettings({ attempts: 2, timeoutMs: 5000, ...patience }));

export const createSageMakerClient = (patience?: Partial<Patience>) =>
  new SageMakerRuntimeClient(clientSettings({ ...MODEL, ...patience }));

function hasOwnEndpoint(service: 'S3'): boolean {
  const { env } = process;
  return Boolean(env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL);
}
