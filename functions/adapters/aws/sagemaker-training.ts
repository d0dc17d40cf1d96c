import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { hasOwnDisks, type TrainingSettings } from '../../contract/training.ts';
import { NeurotileError } from '../../core/errors.ts';
import type { TrainingJobRequest, TrainingJobStanding, TrainingJobs } from '../../pipeline/training/ports.ts';

/** What it would say again: the request, the rights of its role, the account's quota. */
const REFUSED = ['ValidationException', 'ResourceLimitExceeded'];
const MOST_LETTERS = 500;

export interface TrainingPlace {
  client: SageMakerClient;
  settings: TrainingSettings;
  studiesBucket: string;
  workBucket: string;
}

/**
 * SageMaker's training jobs: the dataset as files, the model written file by file under the job's name, checkpoints kept
 * while it runs, no network.
 */
export function createSageMakerTraining(place: TrainingPlace): TrainingJobs {
  const { client, studiesBucket } = place;
  return {
    async create(request) {
      try {
        await client.send(new CreateTrainingJobCommand(trainingJobOf(request, place)));
        return 'created';
      } catch (error) {
        const { name, message } = error as Error;
        if (name === 'ResourceInUse') return 'exists';
        if (!REFUSED.includes(name)) throw error;
        throw new NeurotileError('TRAINING_JOB', { found: `${name}: ${message.slice(0, MOST_LETTERS)}` }, error);
      }
    },
    async describe(name) {
      try {
        const found = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
        return standingOf(found, studiesBucket);
      } catch (error) {
        if (isNotFound(error as Error)) return undefined;
        throw error;
      }
    },
  };
}

/** SageMaker has an error of its own for it, and seldom uses it. */
const isNotFound = ({ name, message }: Error) =>
  name === 'ResourceNotFound' || (name === 'ValidationException' && /not found/i.test(message));

/** The request, whole: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export function trainingJobOf(
  request: TrainingJobRequest,
  { settings, studiesBucket, workBucket }: Omit<TrainingPlace, 'client'>,
): CreateTrainingJobCommandInput {
  const { image, roleArn, instanceType, volumeGb, maxRunSeconds, maxWaitSeconds, kmsKeyArn } = settings;
  const { name, datasetPrefix, modelPrefix, outputPrefix, checkpointsPrefix, hyperparameters } = request;
  return {
    TrainingJobName: name,
    AlgorithmSpecification: {
      TrainingImage: image,
      TrainingInputMode: 'File',
      ...(modelPrefix === undefined ? {} : { ContainerArguments: ['train', 'finetune'] }),
    },
    RoleArn: roleArn,
    HyperParameters: { ...hyperparameters },
    InputDataConfig: [
      channel('training', `s3://${studiesBucket}/${datasetPrefix}`),
      ...(modelPrefix === undefined ? [] : [channel('model', `s3://${studiesBucket}/${modelPrefix}`)]),
    ],
    OutputDataConfig: {
      S3OutputPath: `s3://${studiesBucket}/${outputPrefix.replace(/\/$/, '')}`,
      CompressionType: 'NONE',
      KmsKeyId: kmsKeyArn,
    },
    CheckpointConfig: { S3Uri: `s3://${workBucket}/${checkpointsPrefix}`, LocalPath: '/opt/ml/checkpoints' },
    ResourceConfig: {
      InstanceType: instanceType as NonNullable<CreateTrainingJobCommandInput['ResourceConfig']>['InstanceType'],
      InstanceCount: 1,
      VolumeSizeInGB: volumeGb,
      ...(hasOwnDisks(instanceType) ? {} : { VolumeKmsKeyId: kmsKeyArn }),
    },
    StoppingCondition: {
      MaxRuntimeInSeconds: maxRunSeconds,
      ...(maxWaitSeconds === undefined ? {} : { MaxWaitTimeInSeconds: maxWaitSeconds }),
    },
    EnableManagedSpotTraining: maxWaitSeconds !== undefined,
    EnableNetworkIsolation: true,
  };
}

const channel = (ChannelName: string, S3Uri: string) => ({
  ChannelName,
  DataSource: {
    S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri, S3DataDistributionType: 'FullyReplicated' as const },
  },
  InputMode: 'File' as const,
  CompressionType: 'None' as const,
});

function standingOf(found: DescribeTrainingJobCommandOutput, bucket: string): TrainingJobStanding {
  const { TrainingJobStatus: status, SecondaryStatus, FailureReason, ModelArtifacts } = found;
  if (status === 'InProgress' || status === 'Stopping') return { state: 'under way' };
  if (status !== 'Completed')
    return { state: 'failed', reason: `${status}, ${SecondaryStatus}: ${FailureReason ?? 'no reason'}` };
  const place = ModelArtifacts?.S3ModelArtifacts ?? '';
  const own = `s3://${bucket}/`;
  if (!place.startsWith(own)) return { state: 'failed', reason: `a model at ${place || 'no place'}, outside ${own}` };
  return { state: 'completed', modelPrefix: `${place.slice(own.length).replace(/\/$/, '')}/` };
}
