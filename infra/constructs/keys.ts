import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/**
 * `data` encrypts what lies in buckets and logs, `messages` what passes through queues, topics and the bus: one key
 * for both would make a circle of bucket, queue and key. `studyHash` makes hashes that stand for names of studies.
 */
export class Keys extends Construct {
  readonly data: Key;
  readonly messages: Key;
  readonly studyHash: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const description = (what: string) => `${Stack.of(this).stackName}: ${what}`;
    // Outlives the stack, as the studies do: without it nobody could read them.
    this.data = new Key(this, 'Data', {
      description: description('studies, work and logs'),
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.data.addToResourcePolicy(mayUseForLogs(this));

    this.messages = new Key(this, 'Messages', {
      description: description('queues, topics and events'),
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.messages.addToResourcePolicy(servicesMayUse(this));

    // Without rotation, which HMAC keys do not have: a study's hash never changes.
    this.studyHash = new Key(this, 'StudyHash', {
      description: description('keyed hashes of study names'),
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/** CloudWatch Logs, for log groups of this account. */
function mayUseForLogs(scope: Construct): PolicyStatement {
  const { partition, region, account, urlSuffix } = Stack.of(scope);
  return new PolicyStatement({
    sid: 'LogGroups',
    principals: [new ServicePrincipal(`logs.${region}.${urlSuffix}`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
      },
    },
  });
}

/** S3, SNS, EventBridge and CloudWatch put messages into encrypted queues and topics, on behalf of this account alone. */
function servicesMayUse(scope: Construct): PolicyStatement {
  return new PolicyStatement({
    sid: 'ServicesThatSend',
    principals: ['s3', 'sns', 'events', 'cloudwatch'].map((name) => new ServicePrincipal(`${name}.amazonaws.com`)),
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
}
