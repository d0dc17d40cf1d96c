import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Stage } from '../../functions/contract/stages.ts';

/** How long SQS keeps anything at most: letters wait that long for `neurotile redrive`. */
const RETENTION = Duration.days(14);
/** Above the function's timeout, so that only what was lost comes back; no more, so that it comes back soon. */
const MARGIN_SECONDS = 30;

/** A stage's queue, and the queue of what was received from it too often. */
export class StageQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { stage, key }: { stage: Stage; key: IKey }) {
    super(scope, id);
    const usual = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: RETENTION,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', usual);
    this.queue = new Queue(this, 'Queue', {
      ...usual,
      visibilityTimeout: Duration.seconds(stage.timeoutSeconds + MARGIN_SECONDS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: stage.maxReceives },
    });
  }
}
