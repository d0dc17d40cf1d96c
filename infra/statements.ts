import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket as S3Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Bucket, StageName } from '../functions/contract/stages.ts';
import type { HandlerRights, ObjectAction } from './rights.ts';

/** One allowance in a policy, with its reason. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly why: string;
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const ACTIONS: Readonly<Record<ObjectAction, readonly string[]>> = {
  read: ['s3:GetObject'],
  pinned: ['s3:GetObjectVersion'],
  write: ['s3:PutObject', 's3:AbortMultipartUpload'],
  remove: ['s3:DeleteObject'],
};

/** Objects under the prefixes that a handler needs, and the names of what is there. */
export function onObjects({ objects }: HandlerRights, buckets: Record<Bucket, S3Bucket>): Statement[] {
  const used = [...new Set(objects.map(({ bucket }) => bucket))];
  return [
    ...objects.map(({ bucket, prefix, may, why }) => ({
      actions: may.flatMap((action) => ACTIONS[action]),
      resources: [buckets[bucket].arnForObjects(`${prefix}*`)],
      why,
    })),
    {
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: used.map((bucket) => buckets[bucket].bucketArn),
      // A condition on s3:prefix would not do: reading a missing object has none, and S3 would say 403 of it.
      why: 'to find what is there, and to be told that an object is missing rather than forbidden',
    },
  ];
}

export const onSending = (queues: readonly Queue[]): Statement => ({
  actions: ['sqs:SendMessage'],
  resources: queues.map((queue) => queue.queueArn),
  why: 'messages to the next stages, and fresh copies of its own',
});

export const onReceiving = (queue: Queue): Statement => ({
  actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
  resources: [queue.queueArn],
  why: "the stage's own messages",
});

/** A look leaves the letter where it is: received, and shown again at once. */
export const onPeeking = (queues: readonly Queue[]): Statement => ({
  actions: ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
  resources: queues.map((queue) => queue.queueArn),
  why: 'a look at dead letters; none is deleted',
});

export const onKeys = ({ data, messages }: { data: IKey; messages: IKey }): Statement => ({
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  resources: [data.keyArn, messages.keyArn],
  why: 'objects and messages are encrypted',
});

export const onHashing = ({ studyHash }: { studyHash: IKey }): Statement => ({
  actions: ['kms:GenerateMac'],
  resources: [studyHash.keyArn],
  why: 'the hash that stands for a study in logs and events',
});

export const onEvents = (bus: EventBus): Statement => ({
  actions: ['events:PutEvents'],
  resources: [bus.eventBusArn],
  why: 'the event that other services act on',
});

/** Actions that take no resource, which is why AWS wants `*` for them: these and no others, each with its reason. */
export const WITHOUT_RESOURCE = {
  tracing: {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resources: ['*'],
    why: 'traces belong to no resource; X-Ray knows no finer right',
  },
  backlog: {
    actions: ['cloudwatch:GetMetricData'],
    resources: ['*'],
    why: 'reads how many requests wait at the endpoint; metrics take no resource in IAM',
  },
  endpointMetrics: {
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/Endpoints' } },
    why: "the instance's processor and memory, in that namespace alone; metrics take no resource in IAM",
  },
  trainingMetrics: {
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/TrainingJobs' } },
    why: "the instance's processor and memory, in that namespace alone; metrics take no resource in IAM",
  },
  registryToken: {
    actions: ['ecr:GetAuthorizationToken'],
    resources: ['*'],
    why: 'a token for the registry as a whole; what may be pulled with it is one repository',
  },
} as const satisfies Record<string, Statement>;

export type Queues = Readonly<Record<StageName, Queue>>;
