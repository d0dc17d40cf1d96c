import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  HttpMethods,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../rules.ts';

/** A study that waits among the dead letters (14 days) still finds its tensors. */
export const WORK_DAYS = 15;
/** Files that were overwritten or deleted. A run reads pinned versions, and has ended long before. */
export const REPLACED_DAYS = 90;
const ACCESS_LOG_DAYS = 365;

/** `studies` is what people see and have rights on; `work` is ours alone, and empties itself; `log` says who read what. */
export class Buckets extends Construct {
  readonly log: Bucket;
  readonly studies: Bucket;
  readonly work: Bucket;

  constructor(scope: Construct, id: string, { key }: { key: IKey }) {
    super(scope, id);
    this.log = new Bucket(this, 'Log', {
      ...PRIVATE,
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(ACCESS_LOG_DAYS) }, FORGET_UNFINISHED],
    });
    acknowledge(this.log, LOG_ANSWERS);

    const encrypted: BucketProps = {
      ...PRIVATE,
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: this.log,
    };
    this.studies = new Bucket(this, 'Studies', {
      ...encrypted,
      serverAccessLogsPrefix: 'studies/',
      // A page that `invite` wrote is opened from a disk; what it may send is bounded by its signed policy.
      cors: [{ allowedMethods: [HttpMethods.POST], allowedOrigins: ['*'], allowedHeaders: ['*'] }],
      lifecycleRules: [FORGET_UNFINISHED, forgetReplaced(REPLACED_DAYS)],
    });
    this.work = new Bucket(this, 'Work', {
      ...encrypted,
      serverAccessLogsPrefix: 'work/',
      lifecycleRules: [FORGET_UNFINISHED, { expiration: Duration.days(WORK_DAYS) }, forgetReplaced(1)],
    });
    for (const bucket of [this.studies, this.work])
      acknowledge(bucket, { 'HIPAA.Security-S3BucketReplicationEnabled': NOT_REPLICATED });
  }
}

/** Outlives the stack: what it holds is not ours to delete. */
const PRIVATE: BucketProps = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** Uploads can be taken up again for a week. */
const FORGET_UNFINISHED: LifecycleRule = { abortIncompleteMultipartUploadAfter: Duration.days(7) };

const forgetReplaced = (days: number): LifecycleRule => ({
  noncurrentVersionExpiration: Duration.days(days),
  expiredObjectDeleteMarker: true,
});

const NOT_REPLICATED =
  'A second region would double cost and the places where patient data lies, which is for each group to decide. ' +
  'Studies are versioned; work can be computed again.';

const LOG_ANSWERS = {
  'AwsSolutions-S1': 'This is the bucket that the access logs go to; logging itself would never end.',
  'HIPAA.Security-S3BucketLoggingEnabled':
    'This is the bucket that the access logs go to; logging itself would never end.',
  'HIPAA.Security-S3BucketReplicationEnabled':
    'Access logs are kept for a year in one region; they are not needed to run.',
  'HIPAA.Security-S3BucketVersioningEnabled': 'S3 writes each log object once, and nobody else may write here.',
  'HIPAA.Security-S3DefaultEncryptionKMS': 'S3 delivers access logs only to buckets with keys of its own (SSE-S3).',
};
