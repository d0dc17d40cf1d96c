import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { addAsyncAlarms, addRealtimeAlarms } from './constructs/endpoint-alarms.ts';
import { EndpointScaling } from './constructs/endpoint-scaling.ts';
import { ModelEndpoint } from './constructs/model-endpoint.ts';
import { modelImage } from './constructs/model-image.ts';
import { checkRealtime, readBundle } from './model-bundle.ts';
import type { Settings } from './settings.ts';
import type { Shared } from './shared.ts';

export interface EndpointStackProps extends StackProps {
  readonly settings: Settings;
  readonly shared: Shared;
}

/** The model on SageMaker: one endpoint a model version, so that an old one drains while the next one serves. */
export class EndpointStack extends Stack {
  constructor(scope: Construct, id: string, { settings, shared, ...props }: EndpointStackProps) {
    super(scope, id, props);
    const { predictor, models, maxInstances } = settings;
    if (models.length === 0) throw new Error('context models is empty; expected at least one model');
    const bundles = models.map(readBundle);
    if (predictor === 'realtime') bundles.forEach(checkRealtime);

    const topic = Topic.fromTopicArn(this, 'Notices', shared.noticesTopicArn);
    const image = modelImage(this, settings.image);
    const endpoints = bundles.map((bundle) => {
      const endpoint = new ModelEndpoint(this, `Model-${bundle.spec.digest.slice(0, 12)}`, {
        bundle,
        image,
        settings,
        shared,
      });
      const { name } = endpoint;
      if (predictor === 'async') {
        new EndpointScaling(endpoint, 'Scaling', { endpoint, most: maxInstances });
        addAsyncAlarms(endpoint, name, topic);
      } else addRealtimeAlarms(endpoint, name, topic);
      return name;
    });
    new CfnOutput(this, 'Endpoints', { value: endpoints.join(',') });
  }
}
