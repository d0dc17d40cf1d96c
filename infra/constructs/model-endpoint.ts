import { RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnEndpoint, CfnEndpointConfig, CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { endpointName } from '../../functions/contract/environment.ts';
import { archiveFile, type ModelBundle } from '../model-bundle.ts';
import { acknowledge } from '../rules.ts';
import type { Settings } from '../settings.ts';
import type { Shared } from '../shared.ts';
import { EndpointRole, FAILURE_FOLDER } from './endpoint-role.ts';
import type { ModelImage } from './model-image.ts';

export interface ModelEndpointProps {
  readonly bundle: ModelBundle;
  readonly image: ModelImage;
  readonly settings: Settings;
  readonly shared: Shared;
}

export const VARIANT = 'main';
/** One is computed while the next is read; the container makes batches of what waits. */
const REQUESTS_AT_ONCE = 4;

/** One version of a model on SageMaker: model.tar.gz, the container, and an endpoint that bears the model's digest. */
export class ModelEndpoint extends Construct {
  readonly endpoint: CfnEndpoint;
  readonly name: string;

  constructor(scope: Construct, id: string, { bundle, image, settings, shared }: ModelEndpointProps) {
    super(scope, id);
    const name = endpointName(settings.instanceId, bundle.spec.digest);
    const isAsync = settings.predictor === 'async';
    const archive = new Asset(this, 'Archive', { path: archiveFile(bundle) });
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/sagemaker/Endpoints/${name}`, // SageMaker's choice.
      retention: RetentionDays.THREE_MONTHS,
      encryptionKey: Key.fromKeyArn(this, 'Key', shared.dataKeyArn),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { role, policy } = new EndpointRole(this, 'Role', { shared, isAsync, image, archive, logGroup });
    const model = new CfnModel(this, 'Model', {
      executionRoleArn: role.roleArn,
      enableNetworkIsolation: true,
      primaryContainer: { image: image.uri, modelDataUrl: archive.s3ObjectUrl },
    });
    model.node.addDependency(policy);
    const config = new CfnEndpointConfig(this, 'Config', {
      productionVariants: [
        {
          variantName: VARIANT,
          modelName: model.attrModelName,
          instanceType: settings.instanceType,
          initialInstanceCount: 1,
          initialVariantWeight: 1,
        },
      ],
      asyncInferenceConfig: isAsync ? asyncConfig(shared) : undefined,
    });
    acknowledge(config, { 'HIPAA.Security-SageMakerEndpointConfigurationKMSKeyConfigured': NVME });
    this.endpoint = new CfnEndpoint(this, 'Endpoint', {
      endpointName: name,
      endpointConfigName: config.attrEndpointConfigName,
      // How many there are is the scaling's concern, not that of a deployment.
      retainAllVariantProperties: true,
    });
    this.endpoint.node.addDependency(logGroup);
    this.name = name;
  }
}

/** Predictions land where the pipeline looks for them: predictions/, the run, the tile. */
function asyncConfig(shared: Shared): CfnEndpointConfig.AsyncInferenceConfigProperty {
  return {
    clientConfig: { maxConcurrentInvocationsPerInstance: REQUESTS_AT_ONCE },
    outputConfig: {
      s3OutputPath: `s3://${shared.workBucketName}/predictions`,
      s3FailurePath: `s3://${shared.workBucketName}/${FAILURE_FOLDER}`,
      kmsKeyId: shared.dataKeyArn,
      notificationConfig: { errorTopic: shared.errorsTopicArn },
    },
  };
}

const NVME =
  'GPU instances such as ml.g5 keep data on NVMe disks that encrypt themselves, and SageMaker refuses a key of ours for ' +
  'them. What leaves the instance, predictions, failures and logs, is encrypted under our key.';
