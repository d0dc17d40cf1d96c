import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket, Bucket as S3Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { type Bucket, NOTIFICATIONS, type StageName } from '../../functions/contract/stages.ts';

/**
 * S3 tells queues of created objects, as the table says, and EventBridge of all that happens in `studies`. Written into
 * the buckets themselves: CDK's own way would bring a Lambda with rights over every bucket's notifications.
 */
export function notify(buckets: Record<Bucket, S3Bucket>, queues: Record<StageName, Queue>): void {
  for (const stage of new Set(NOTIFICATIONS.map((rule) => rule.stage))) letBucketsSend(queues[stage]);
  for (const [name, bucket] of Object.entries(buckets)) {
    const rules = NOTIFICATIONS.filter((rule) => rule.bucket === name);
    (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
      queueConfigurations: rules.map(({ prefix, suffix, stage }) => ({
        event: 's3:ObjectCreated:*',
        queue: queues[stage].queueArn,
        filter: { s3Key: { rules: filterRules(prefix, suffix) } },
      })),
      eventBridgeConfiguration: name === 'studies' ? { eventBridgeEnabled: true } : undefined,
    };
    // S3 tries each queue when it is told of it.
    for (const { stage } of rules) bucket.node.addDependency(queues[stage].node.findChild('Policy'));
  }
}

const filterRules = (prefix: string, suffix: string) =>
  [
    { name: 'prefix', value: prefix },
    { name: 'suffix', value: suffix },
  ].filter(({ value }) => value !== '');

/** The buckets are made after this policy, so it knows them by how CloudFormation begins their names: the stack's. */
function letBucketsSend(queue: Queue): void {
  const { partition, account, stackName } = Stack.of(queue);
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'BucketsOfThisStack',
      principals: [new ServicePrincipal('s3.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:s3:::${stackName.toLowerCase()}-*` },
      },
    }),
  );
}
