import { Aws } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import type { Shared } from '../shared.ts';
import { type Statement, WITHOUT_RESOURCE } from '../statements.ts';
import type { ModelImage } from './model-image.ts';
import { Policy } from './policy.ts';

interface EndpointRoleProps {
  readonly shared: Shared;
  /** Whether it answers later, by objects. */
  readonly isAsync: boolean;
  readonly image: ModelImage;
  readonly archive: Asset;
  readonly logGroup: LogGroup;
}

/** What SageMaker may do for one endpoint; the container itself reaches nothing at all. */
export class EndpointRole extends Construct {
  readonly role: Role;
  /** SageMaker tries the role when it is told of it. */
  readonly policy: Policy;

  constructor(scope: Construct, id: string, props: EndpointRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const statements = [...toStart(props), ...(props.isAsync ? toAnswerLater(props.shared) : [])];
    this.policy = new Policy(this, 'May', { role: this.role, statements });
  }
}

function toStart({ image, archive, logGroup }: EndpointRoleProps): Statement[] {
  return [
    {
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
      resources: [image.repositoryArn],
      why: 'the container image',
    },
    WITHOUT_RESOURCE.registryToken,
    {
      actions: ['s3:GetObject'],
      resources: [archive.bucket.arnForObjects(archive.s3ObjectKey)],
      why: 'model.tar.gz, as the deployment uploaded it',
    },
    {
      actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
      why: "streams of the endpoint's own log group",
    },
    WITHOUT_RESOURCE.endpointMetrics,
  ];
}

/** An asynchronous endpoint reads tensors and writes predictions itself. */
function toAnswerLater({ workBucketArn, dataKeyArn, messagesKeyArn, errorsTopicArn }: Shared): Statement[] {
  return [
    { actions: ['s3:GetObject'], resources: [`${workBucketArn}/tensors/*`], why: 'the tiles' },
    {
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: [`${workBucketArn}/predictions/*`, `${workBucketArn}/${FAILURE_FOLDER}/*`],
      why: 'what the model says of the tiles, and why it did not',
    },
    {
      actions: ['s3:ListBucket'],
      resources: [workBucketArn],
      why: 'to be told that a tile is missing rather than forbidden',
    },
    { actions: ['sns:Publish'], resources: [errorsTopicArn], why: 'that it failed on a tile' },
    {
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [dataKeyArn, messagesKeyArn],
      why: 'tiles and messages are encrypted',
    },
  ];
}

/** In `work`: what SageMaker says of requests that failed, for eyes. */
export const FAILURE_FOLDER = 'endpoint-failures';
