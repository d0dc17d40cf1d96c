import type { Stack } from 'aws-cdk-lib';
import type { Buckets } from './constructs/buckets.ts';
import type { EndpointErrors } from './constructs/endpoint-errors.ts';
import type { Keys } from './constructs/keys.ts';
import type { Notices } from './constructs/notices.ts';

/** What endpoints need of the pipeline. Exported whatever the predictor is, so that changing it breaks no bond. */
export interface Shared {
  readonly workBucketName: string;
  readonly workBucketArn: string;
  readonly dataKeyArn: string;
  readonly messagesKeyArn: string;
  /** Where an asynchronous endpoint tells of tiles that it failed on. */
  readonly errorsTopicArn: string;
  /** Where alarms go. */
  readonly noticesTopicArn: string;
}

interface Parts {
  readonly stack: Stack;
  readonly buckets: Buckets;
  readonly keys: Keys;
  readonly endpointErrors: EndpointErrors;
  readonly notices: Notices;
}

/** Values of the pipeline's stack, as another stack reads them. */
export function shareOut({ stack, buckets, keys, endpointErrors, notices }: Parts): Shared {
  const share = (value: string) => stack.exportValue(value);
  return {
    workBucketName: share(buckets.work.bucketName),
    workBucketArn: share(buckets.work.bucketArn),
    dataKeyArn: share(keys.data.keyArn),
    messagesKeyArn: share(keys.messages.keyArn),
    errorsTopicArn: share(endpointErrors.topic.topicArn),
    noticesTopicArn: share(notices.topic.topicArn),
  };
}
