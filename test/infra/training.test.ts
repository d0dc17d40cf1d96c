import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ENVIRONMENT } from '../../functions/contract/environment.ts';
import { TRAINING_ENVIRONMENT } from '../../functions/contract/training.ts';
import { inRoot } from '../../infra/root.ts';
import { type CfnTemplate, synthesise } from '../../infra/synthesise.ts';
import { isInContext, parseDockerfile } from '../model-container/dockerfile.ts';
import { ANY_IMAGE } from './any-image.ts';

const ON = { training: 'true', trainingImage: ANY_IMAGE };

describe('training in a stack', () => {
  let raw: CfnTemplate;
  let template: Template;

  beforeAll(() => {
    raw = synthesise(ON).NeurotilePipeline;
    template = Template.fromJSON(raw as unknown as Record<string, unknown>);
  });

  const named = (begin: string, type: string) => {
    const found = Object.entries(raw.Resources).filter(([id, { Type }]) => id.startsWith(begin) && Type === type);
    expect(found).toHaveLength(1);
    return found[0];
  };
  const ruleOf = (name: string) => named(`TrainingRules${name}`, 'AWS::Events::Rule')[1].Properties;

  test('is not there unless it is asked for, and adds to the stack without changing what is there', () => {
    const plain = synthesise().NeurotilePipeline;
    expect(Object.keys(plain.Resources).filter((id) => id.startsWith('Training'))).toEqual([]);
    for (const [id, resource] of Object.entries(plain.Resources)) expect(raw.Resources[id]).toEqual(resource);
    const added = Object.keys(raw.Resources).filter((id) => !(id in plain.Resources));
    expect(added.every((id) => id.startsWith('Training'))).toBe(true);
    expect(raw.Outputs).toEqual(plain.Outputs);
  });

  test('hears of datasets in this bucket, jobs and runs of this instance, and of nothing else', () => {
    const [studies] = named('BucketsStudies', 'AWS::S3::Bucket');
    expect(ruleOf('Datasets').EventPattern).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [{ Ref: studies }] }, object: { key: [{ suffix: '/dataset.json' }] } },
    });
    expect(ruleOf('Jobs').EventPattern).toEqual({
      source: ['aws.sagemaker'],
      'detail-type': ['SageMaker Training Job State Change'],
      detail: { TrainingJobName: [{ prefix: 'neurotile-' }], TrainingJobStatus: ['Completed', 'Failed', 'Stopped'] },
    });
    expect(ruleOf('GateStudies')).toMatchObject({
      EventPattern: { source: ['neurotile'], detail: { key: [{ prefix: 'results/_gate/' }] } },
      EventBusName: expect.anything(),
    });
    const [queue] = named('TrainingTasksQueue', 'AWS::SQS::Queue');
    const target = { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } };
    for (const name of ['Datasets', 'Jobs', 'GateStudies']) expect(ruleOf(name).Targets).toMatchObject([target]);
    expect(ruleOf('Round')).toMatchObject({ ScheduleExpression: 'rate(1 hour)', Targets: [target] });
    expect(JSON.parse(ruleOf('Round').Targets[0].Input)).toEqual({ v: 1, task: 'look' });
  });

  test('hears of endpoints where models have one each', () => {
    const async = synthesise({ ...ON, predictor: 'async', image: ANY_IMAGE }).NeurotilePipeline;
    const rules = Object.entries(async.Resources).filter(([id]) => id.startsWith('TrainingRulesEndpoints'));
    expect(rules[0][1].Properties.EventPattern.detail).toEqual({
      EndpointName: [{ prefix: 'neurotile-' }],
      EndpointStatus: ['IN_SERVICE'],
    });
  });

  test('tells its Lambda all that the handler reads', () => {
    const { Variables } = named('TrainingWorkerFunction', 'AWS::Lambda::Function')[1].Properties.Environment;
    const read = [ENVIRONMENT.studiesBucket, ENVIRONMENT.workBucket, ENVIRONMENT.queueUrls, ENVIRONMENT.eventBus];
    for (const name of [
      ...read,
      ENVIRONMENT.endpointPrefix,
      ENVIRONMENT.predictor,
      ...Object.values(TRAINING_ENVIRONMENT),
    ])
      expect([name, Variables[name]]).toEqual([name, expect.anything()]);
    const parts = Variables[TRAINING_ENVIRONMENT.settings]['Fn::Join'][1] as unknown[];
    const settings = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'ref')).join(''));
    expect(settings).toEqual({
      image: ANY_IMAGE,
      roleArn: 'ref',
      instanceType: 'ml.g5.xlarge',
      volumeGb: 50,
      maxRunSeconds: 86_400,
      maxWaitSeconds: 172_800,
      kmsKeyArn: 'ref',
      gateRule: 'not-worse',
    });
  });

  test('passes its role to SageMaker alone, and lets a job write models and checkpoints alone', () => {
    const statementsOf = (begin: string) =>
      named(begin, 'AWS::IAM::ManagedPolicy')[1].Properties.PolicyDocument.Statement as Record<string, unknown>[];
    expect(statementsOf('TrainingWorkerMay')).toContainEqual({
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: [{ 'Fn::GetAtt': [named('TrainingJobRole', 'AWS::IAM::Role')[0], 'Arn'] }],
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    });
    const written = statementsOf('TrainingJobMay').filter(({ Action }) =>
      (Action as string[]).includes('s3:PutObject'),
    );
    const ends = written.flatMap(({ Resource }) =>
      (Resource as { 'Fn::Join': [string, string[]] }[]).map((r) => r['Fn::Join'][1].at(-1)),
    );
    expect(ends).toEqual(['/training/jobs/*', '/checkpoints/*']);
  });

  test('may make grants on the key only where the volume of the instance takes one', () => {
    const grants = (context: Record<string, string>) =>
      JSON.stringify(synthesise({ ...ON, ...context })).includes('kms:CreateGrant');
    expect(grants({})).toBe(false);
    expect(grants({ trainingInstanceType: 'ml.p3.2xlarge' })).toBe(true);
  });

  test('keeps what is received too often, and raises an alarm for it', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^TrainingTasksDeadLetters'), 'Arn'] },
      },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('#training-dead-letters$'),
      Threshold: 0,
    });
  });
});

describe('the training image', () => {
  const steps = parseDockerfile(readFileSync(inRoot('model-container/training/Dockerfile'), 'utf8'));
  const restOf = (name: string) => steps.filter((step) => step.name === name).map(({ rest }) => rest);

  test('is built of what the build is given, and runs as somebody who is not root', () => {
    const ignored = readFileSync(inRoot('model-container/training/Dockerfile.dockerignore'), 'utf8');
    const copied = restOf('COPY').flatMap((rest) => rest.split(/\s+/).slice(0, -1));
    for (const path of copied) expect([path, isInContext(path, ignored)]).toEqual([path, true]);
    expect(steps.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(
      steps.findLastIndex(({ name }) => name === 'RUN'),
    );
    expect(restOf('USER')).toEqual([expect.not.stringMatching(/root|^0$/)]);
    expect(restOf('ENTRYPOINT')).toEqual(['["entry"]']);
  });

  test('brings the PyTorch that its requirements pin', () => {
    const pinned = /^torch==.+$/m.exec(readFileSync(inRoot('model-container/training/requirements.txt'), 'utf8'))?.[0];
    expect(restOf('RUN').join()).toContain(pinned);
  });
});
