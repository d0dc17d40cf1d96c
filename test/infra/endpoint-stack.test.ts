import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { endpointName } from '../../functions/contract/environment.ts';
import { readBundle } from '../../infra/model-bundle.ts';
import { type CfnTemplate, synthesise } from '../../infra/synthesise.ts';
import { ANY_IMAGE } from './any-image.ts';

const asTemplate = (template: CfnTemplate) => Template.fromJSON(template as unknown as Record<string, unknown>);
const nameOf = (model: string) => endpointName('neurotile', readBundle(model).spec.digest);

describe('asynchronous endpoints', () => {
  let template: Template;
  let raw: CfnTemplate;

  beforeAll(() => {
    const stacks = synthesise({ predictor: 'async', models: 'unet2d,unet3d', image: ANY_IMAGE, maxInstances: '3' });
    raw = stacks.NeurotileEndpoint;
    template = asTemplate(raw);
  });

  test('are one a model version, named by its digest', () => {
    template.resourceCountIs('AWS::SageMaker::Endpoint', 2);
    for (const model of ['unet2d', 'unet3d'])
      template.hasResourceProperties('AWS::SageMaker::Endpoint', { EndpointName: nameOf(model) });
  });

  test('run the image in a network of no outside, on an archive that the deployment uploads', () => {
    template.hasResourceProperties('AWS::SageMaker::Model', {
      EnableNetworkIsolation: true,
      PrimaryContainer: {
        Image: ANY_IMAGE,
        ModelDataUrl: { 'Fn::Sub': Match.stringLikeRegexp('s3://.*[0-9a-f]{64}') },
      },
    });
  });

  test('put predictions where the pipeline looks for them, and tell of failures', () => {
    template.hasResourceProperties('AWS::SageMaker::EndpointConfig', {
      ProductionVariants: [Match.objectLike({ InstanceType: 'ml.g5.xlarge', InitialInstanceCount: 1 })],
      AsyncInferenceConfig: {
        ClientConfig: { MaxConcurrentInvocationsPerInstance: Match.anyValue() },
        OutputConfig: {
          S3OutputPath: { 'Fn::Join': ['', ['s3://', Match.anyValue(), '/predictions']] },
          S3FailurePath: Match.anyValue(),
          KmsKeyId: Match.anyValue(),
          NotificationConfig: { ErrorTopic: Match.anyValue() },
        },
      },
    });
  });

  test('sleep with no instance, and wake when something waits', () => {
    const resourceId = `endpoint/${nameOf('unet2d')}/variant/main`;
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 0,
      MaxCapacity: 3,
      ResourceId: resourceId,
      ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        CustomizedMetricSpecification: Match.objectLike({
          MetricName: 'ApproximateBacklogSizePerInstance',
          Dimensions: [{ Name: 'EndpointName', Value: nameOf('unet2d') }],
        }),
      },
    });
    const [wake] = Object.keys(
      template.findResources('AWS::ApplicationAutoScaling::ScalingPolicy', {
        Properties: {
          PolicyType: 'StepScaling',
          ScalingTargetId: { Ref: Match.stringLikeRegexp(readBundle('unet2d').spec.digest.slice(0, 12)) },
        },
      }),
    );
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'HasBacklogWithoutCapacity',
      Dimensions: [{ Name: 'EndpointName', Value: nameOf('unet2d') }],
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      AlarmActions: [{ 'Fn::GetAtt': [wake, 'Arn'] }],
    });
  });

  test('know the pipeline by its exports, which are there whatever the predictor is', () => {
    const imports = [...JSON.stringify(raw).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name);
    expect(imports.length).toBeGreaterThan(0);
    const { Outputs = {} } = synthesise({ predictor: 'lambda' }).NeurotilePipeline;
    const exported = Object.values(Outputs).map((o) => (o as { Export?: { Name: string } }).Export?.Name);
    for (const name of imports) expect(exported).toContain(name);
  });
});

describe('realtime endpoints', () => {
  test('take a model whose tiles fit into a request, and do not scale from zero', () => {
    const template = asTemplate(
      synthesise({ predictor: 'realtime', models: 'unet2d', image: ANY_IMAGE }).NeurotileEndpoint,
    );
    template.hasResourceProperties('AWS::SageMaker::EndpointConfig', { AsyncInferenceConfig: Match.absent() });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
  });

  test('refuse one whose tiles do not, when the stack is synthesised', () => {
    // 4×96×96×96 float16 and the header of the file.
    const bytes = 4 * 96 ** 3 * 2 + 128;
    expect(() => synthesise({ predictor: 'realtime', models: 'unet3d', image: ANY_IMAGE })).toThrow(
      `REALTIME_TILE: a tile of unet3d, 4×96×96×96 in float16, is ${bytes} bytes; a realtime endpoint takes at most 6291456.`,
    );
  });
});

describe('without an image', () => {
  test('the deployment builds it, and synthesis needs no Docker', () => {
    const template = asTemplate(synthesise({ predictor: 'async', image: '' }).NeurotileEndpoint);
    template.hasResourceProperties('AWS::SageMaker::Model', {
      PrimaryContainer: { Image: { 'Fn::Sub': Match.stringLikeRegexp('dkr.ecr') } },
    });
  });

  test('a model that is not there is named', () => {
    expect(() => synthesise({ predictor: 'async', models: 'unet9', image: ANY_IMAGE })).toThrow(
      'context models has "unet9"',
    );
  });
});
