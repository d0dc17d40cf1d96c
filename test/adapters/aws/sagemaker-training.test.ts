import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createSageMakerControlClient } from '../../../functions/adapters/aws/sagemaker-control.ts';
import { createEndpointLook } from '../../../functions/adapters/aws/sagemaker-endpoints.ts';
import { createSageMakerTraining, trainingJobOf } from '../../../functions/adapters/aws/sagemaker-training.ts';
import { type ControlStandIn, startControlStandIn } from '../../aws/sagemaker-control-stand-in.ts';
import { describeTrainingJobs } from '../../conformance/training-jobs.ts';
import { createMemoryJobs, makeTrainingPorts } from '../../helpers/training-ports.ts';
import { pointAt } from './recorded-aws.ts';

const { settings } = makeTrainingPorts();
const places = { studiesBucket: 'the-studies', workBucket: 'the-work' };
const request = {
  name: 'neurotile-a-b',
  datasetPrefix: 'datasets/site/',
  outputPrefix: 'training/jobs/',
  checkpointsPrefix: 'checkpoints/neurotile-a-b/',
  hyperparameters: { rank: '2', minutes: '50' },
};
const client = () => createSageMakerControlClient({ attempts: 1, timeoutMs: 2000 });

let standIn: ControlStandIn;
async function start(): Promise<ControlStandIn> {
  standIn = await startControlStandIn();
  pointAt(standIn.url);
  return standIn;
}
afterEach(() => standIn?.close());

describeTrainingJobs('SageMaker', async () => {
  const { complete, fail, refuseNext } = await start();
  return {
    jobs: createSageMakerTraining({ client: client(), settings, ...places }),
    complete: (job) => void complete(job),
    fail,
    refuseNext: () => refuseNext('ResourceLimitExceeded', 'The account-level service limit is 0 Instances'),
  };
});

describeTrainingJobs('The memory of the tests', async () => createMemoryJobs());

describe('a SageMaker training job', () => {
  beforeAll(start);
  afterAll(() => standIn.close());

  test('is asked for with everything that it may do and may not', async () => {
    await createSageMakerTraining({ client: client(), settings, ...places }).create(request);
    expect(standIn.created).toEqual([
      {
        TrainingJobName: 'neurotile-a-b',
        AlgorithmSpecification: { TrainingImage: settings.image, TrainingInputMode: 'File' },
        RoleArn: settings.roleArn,
        HyperParameters: { rank: '2', minutes: '50' },
        InputDataConfig: [
          {
            ChannelName: 'training',
            DataSource: {
              S3DataSource: {
                S3DataType: 'S3Prefix',
                S3Uri: 's3://the-studies/datasets/site/',
                S3DataDistributionType: 'FullyReplicated',
              },
            },
            InputMode: 'File',
            CompressionType: 'None',
          },
        ],
        OutputDataConfig: {
          S3OutputPath: 's3://the-studies/training/jobs',
          CompressionType: 'NONE',
          KmsKeyId: settings.kmsKeyArn,
        },
        CheckpointConfig: { S3Uri: 's3://the-work/checkpoints/neurotile-a-b/', LocalPath: '/opt/ml/checkpoints' },
        ResourceConfig: { InstanceType: 'ml.g5.xlarge', InstanceCount: 1, VolumeSizeInGB: 50 },
        StoppingCondition: { MaxRuntimeInSeconds: 86_400, MaxWaitTimeInSeconds: 172_800 },
        EnableManagedSpotTraining: true,
        EnableNetworkIsolation: true,
      },
    ]);
  });
});

describe('what of the request depends on the settings', () => {
  test('the volume is encrypted under our key where SageMaker takes one', () => {
    const { ResourceConfig } = trainingJobOf(request, {
      settings: { ...settings, instanceType: 'ml.p3.2xlarge' },
      ...places,
    });
    expect(ResourceConfig).toMatchObject({ VolumeKmsKeyId: settings.kmsKeyArn });
  });

  test('without spot instances nothing waits', () => {
    const whole = trainingJobOf(request, { settings: { ...settings, maxWaitSeconds: undefined }, ...places });
    expect(whole).toMatchObject({
      EnableManagedSpotTraining: false,
      StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
    });
    expect(whole.StoppingCondition).not.toHaveProperty('MaxWaitTimeInSeconds');
  });

  test('a model to start from is a second channel, and fine-tuned', () => {
    const tuned = trainingJobOf({ ...request, modelPrefix: 'models/d/bundle/' }, { settings, ...places });
    expect(tuned.InputDataConfig?.map(({ ChannelName }) => ChannelName)).toEqual(['training', 'model']);
    expect(tuned.AlgorithmSpecification?.ContainerArguments).toEqual(['train', 'finetune']);
  });
});

describe('the look at endpoints', () => {
  test('tells one that is in service from one that nobody deployed', async () => {
    const { endpoints } = await start();
    const isServed = createEndpointLook({ client: client(), endpointPrefix: 'neurotile' });
    endpoints.add('neurotile-aaaaaaaaaaaa');
    expect(await isServed('a'.repeat(64))).toBe(true);
    expect(await isServed('b'.repeat(64))).toBe(false);
  });
});
