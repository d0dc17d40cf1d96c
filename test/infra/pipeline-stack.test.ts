import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ENVIRONMENT } from '../../functions/contract/environment.ts';
import { NOTIFICATIONS, STAGE_NAMES, STAGES, type StageName } from '../../functions/contract/stages.ts';
import { WITHOUT_RESOURCE } from '../../infra/statements.ts';
import { type CfnTemplate, type CfnTemplateResource, synthesise } from '../../infra/synthesise.ts';

describe('the pipeline as it is deployed', () => {
  let raw: CfnTemplate;
  let template: Template;

  beforeAll(() => {
    raw = synthesise({ mail: 'group@example.org' }).NeurotilePipeline;
    template = Template.fromJSON(raw as unknown as Record<string, unknown>);
  });

  const byPath = (path: string): [string, CfnTemplateResource] => {
    const found = Object.entries(raw.Resources).filter(
      ([, { Metadata }]) => Metadata?.['aws:cdk:path'] === `NeurotilePipeline/${path}/Resource`,
    );
    expect(found).toHaveLength(1);
    return found[0];
  };
  const arnOf = (path: string) => ({ 'Fn::GetAtt': [byPath(path)[0], 'Arn'] });
  const ofType = (type: string) => Object.values(raw.Resources).filter((r) => r.Type === type);
  const statements = () =>
    ofType('AWS::IAM::ManagedPolicy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

  describe.each(STAGE_NAMES)('at the stage %s', (name: StageName) => {
    const stage = STAGES[name];

    test('has a queue whose messages come back soon after their Lambda was killed, and dead letters', () => {
      const { Properties } = byPath(`Queue-${name}/Queue`)[1];
      expect(Properties.VisibilityTimeout).toBeGreaterThan(stage.timeoutSeconds);
      expect(Properties.VisibilityTimeout).toBeLessThan(stage.timeoutSeconds + 60);
      expect(Properties.RedrivePolicy).toEqual({
        deadLetterTargetArn: arnOf(`Queue-${name}/DeadLetters`),
        maxReceiveCount: stage.maxReceives,
      });
      expect(byPath(`Queue-${name}/DeadLetters`)[1].Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
    });

    test('has a Lambda with the numbers of the table', () => {
      expect(byPath(`Stage-${name}/Worker/Function`)[1].Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['x86_64'],
        Handler: 'index.handler',
        MemorySize: stage.memoryMb,
        Timeout: stage.timeoutSeconds,
        RecursiveLoop: 'Allow',
        TracingConfig: { Mode: 'Active' },
      });
    });

    test('feeds that Lambda from that queue, record by record', () => {
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        EventSourceArn: arnOf(`Queue-${name}/Queue`),
        FunctionName: { Ref: byPath(`Stage-${name}/Worker/Function`)[0] },
        BatchSize: stage.batchSize,
        ScalingConfig: { MaximumConcurrency: stage.concurrency },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
    });

    test('raises an alarm for the first dead letter', () => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [
          { Name: 'QueueName', Value: { 'Fn::GetAtt': [byPath(`Queue-${name}/DeadLetters`)[0], 'QueueName'] } },
        ],
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [Match.anyValue()],
      });
    });
  });

  test('tells every Lambda of ours what the handlers read', () => {
    const always = Object.values(ENVIRONMENT).filter((name) => name !== ENVIRONMENT.deadLetterUrls);
    for (const name of STAGE_NAMES)
      expect(Object.keys(byPath(`Stage-${name}/Worker/Function`)[1].Properties.Environment.Variables)).toEqual(
        expect.arrayContaining(always),
      );
    const watch = byPath('Watchdog/Watch/Function')[1].Properties.Environment.Variables;
    expect(Object.keys(watch)).toEqual(expect.arrayContaining(Object.values(ENVIRONMENT)));
  });

  test('lets S3 tell the queues what the table says, and studies EventBridge too', () => {
    const told = (['Studies', 'Work'] as const).flatMap((bucket) => {
      const { NotificationConfiguration } = byPath(`Buckets/${bucket}`)[1].Properties;
      expect(NotificationConfiguration.EventBridgeConfiguration?.EventBridgeEnabled).toBe(
        bucket === 'Studies' ? true : undefined,
      );
      // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's shape.
      return NotificationConfiguration.QueueConfigurations.map(({ Event, Queue, Filter }: any) => {
        const rules: { Name: string; Value: string }[] = Filter.S3Key.Rules;
        const ruleOf = (name: string) => rules.find((rule) => rule.Name === name)?.Value ?? '';
        return { bucket: bucket.toLowerCase(), Event, Queue, prefix: ruleOf('prefix'), suffix: ruleOf('suffix') };
      });
    });
    const table = [...NOTIFICATIONS].sort((a, b) => a.bucket.localeCompare(b.bucket));
    expect(told).toEqual(
      table.map(({ bucket, prefix, suffix, stage }) => ({
        bucket,
        Event: 's3:ObjectCreated:*',
        Queue: arnOf(`Queue-${stage}/Queue`),
        prefix,
        suffix,
      })),
    );
  });

  test('makes the queues ready before the buckets try them, without a Lambda that is not ours', () => {
    for (const { bucket, stage } of NOTIFICATIONS) {
      const [, { DependsOn }] = byPath(`Buckets/${bucket === 'studies' ? 'Studies' : 'Work'}`);
      expect(DependsOn).toContain(byPath(`Queue-${stage}/Queue/Policy`)[0]);
    }
    expect(ofType('AWS::Lambda::Function')).toHaveLength(STAGE_NAMES.length + 2); // the watchdog, the example
    expect(Object.values(raw.Resources).filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
  });

  test('keeps studies in all their versions, encrypted, private, for longer than itself', () => {
    const [, studies] = byPath('Buckets/Studies');
    expect(studies).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(studies.Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOf('Keys/Data') } },
        ],
      },
    });
    expect(byPath('Keys/Data')[1]).toMatchObject({ DeletionPolicy: 'Retain' });
    // What is current never expires.
    const rules: Record<string, unknown>[] = studies.Properties.LifecycleConfiguration.Rules;
    expect(rules.filter((rule) => 'ExpirationInDays' in rule)).toEqual([]);
  });

  test('empties work by itself, but not before a dead letter that needs it has gone', () => {
    const rules: Record<string, number>[] = byPath('Buckets/Work')[1].Properties.LifecycleConfiguration.Rules;
    const days = rules.map((rule) => rule.ExpirationInDays).filter(Boolean);
    expect(days).toEqual([15]);
    expect(rules).toContainEqual(expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }));
  });

  test('speaks TLS alone to buckets, queues and topics', () => {
    const policies = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap(ofType);
    expect(policies).toHaveLength(3 + 2 * STAGE_NAMES.length + 2);
    for (const { Properties } of policies)
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
  });

  test('allows no action on everything but those that take no resource', () => {
    const allowed: readonly string[] = Object.values(WITHOUT_RESOURCE).flatMap(({ actions }) => actions);
    const onAll = statements().filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(onAll.length).toBeGreaterThan(0);
    for (const { Action } of onAll) for (const action of [Action].flat()) expect(allowed).toContain(action);
    for (const { Action } of statements()) for (const action of [Action].flat()) expect(action).not.toContain('*');
  });

  test('puts everything that a role may do into one policy', () => {
    expect(ofType('AWS::IAM::Policy')).toEqual([]);
    for (const { Properties } of ofType('AWS::IAM::Role'))
      expect([Properties.Policies, Properties.ManagedPolicyArns]).toEqual([undefined, undefined]);
    // AWS's own bound for a managed policy; references become longer than they are here.
    for (const { Properties } of ofType('AWS::IAM::ManagedPolicy'))
      expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(6144);
  });

  test('deletes objects where markers are taken away, and nowhere else', () => {
    const deleting = statements().filter(({ Action }) => [Action].flat().includes('s3:DeleteObject'));
    expect(deleting).toHaveLength(2); // announce, watch
    for (const { Resource } of deleting) expect(JSON.stringify(Resource)).toContain('/open/*');
  });

  test('sends the watchdog round every five minutes', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [Match.objectLike({ Arn: arnOf('Watchdog/Watch/Function') })],
    });
  });

  test('starts the second service by an event of ours', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: byPath('Bus')[0] },
      EventPattern: { source: ['neurotile'], 'detail-type': ['Study Completed'] },
      Targets: [Match.objectLike({ Arn: arnOf('Example/Service/Function') })],
    });
  });

  test('mails without saying which study or key it is about', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'group@example.org' });
    const [, { Properties }] = byPath('Notices/StudyNews');
    expect(Object.values(Properties.Targets[0].InputTransformer.InputPathsMap).sort()).toEqual([
      '$.detail-type',
      '$.detail.run',
      '$.detail.studyHash',
    ]);
  });

  test('returns what an endpoint says of failed tiles to infer, as it was said', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'sqs',
      Endpoint: arnOf('Queue-infer/Queue'),
      RawMessageDelivery: true,
    });
  });

  test('hashes names with a key of its own kind', () => {
    expect(byPath('Keys/StudyHash')[1].Properties).toMatchObject({
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
    });
  });

  test('tells the CLI where everything is', () => {
    expect(Object.keys(raw.Outputs ?? {})).toEqual(
      expect.arrayContaining([
        'StudiesBucket',
        'WorkBucket',
        'QueueUrls',
        'DeadLetterUrls',
        'EventBus',
        'WatchFunction',
        'Predictor',
      ]),
    );
  });
});
