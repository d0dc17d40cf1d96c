import { Aws } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { hasOwnDisks } from '../../functions/contract/training.ts';
import { type Statement, WITHOUT_RESOURCE } from '../statements.ts';
import type { House } from './house.ts';
import type { ModelImage } from './model-image.ts';
import { Policy } from './policy.ts';

interface TrainingRoleProps {
  readonly house: House;
  readonly image: ModelImage;
  readonly instanceType: string;
}

/** What SageMaker may do for a training job; the container itself reaches nothing at all. */
export class TrainingRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: TrainingRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    new Policy(this, 'May', { role: this.role, statements: [...onData(props), ...onInstance(props)] });
  }
}

function onData({ house: { buckets, keys }, instanceType }: TrainingRoleProps): Statement[] {
  const { studies, work } = buckets;
  const data: Statement[] = [
    {
      actions: ['s3:GetObject'],
      resources: [studies.arnForObjects('datasets/*'), studies.arnForObjects('models/*')],
      why: 'the dataset, and the model to start from',
    },
    {
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: [studies.arnForObjects('training/jobs/*')],
      why: 'the model',
    },
    {
      actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
      resources: [work.arnForObjects('checkpoints/*')],
      why: 'where a job that lost its instance goes on',
    },
    {
      actions: ['s3:ListBucket'],
      resources: [studies.bucketArn, work.bucketArn],
      why: 'to find the files of a dataset, a model, a checkpoint',
    },
    { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keys.data.keyArn], why: 'all of that is encrypted' },
  ];
  if (hasOwnDisks(instanceType)) return data;
  const volume: Statement = {
    actions: ['kms:CreateGrant'],
    resources: [keys.data.keyArn],
    conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    why: "the instance's volume is encrypted under the same key",
  };
  return [...data, volume];
}

const onInstance = ({ image }: TrainingRoleProps): Statement[] => [
  {
    actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
    resources: [image.repositoryArn],
    why: 'the container image',
  },
  WITHOUT_RESOURCE.registryToken,
  {
    actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    resources: [`arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:/aws/sagemaker/TrainingJobs*`],
    why: 'the log group that SageMaker keeps for all training jobs of an account',
  },
  WITHOUT_RESOURCE.trainingMetrics,
];
