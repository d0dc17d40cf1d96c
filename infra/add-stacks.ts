import type { App } from 'aws-cdk-lib';
import type { PredictorKind } from '../functions/contract/environment.ts';
import { EndpointStack } from './endpoint-stack.ts';
import type { DeployedName } from './handler-names.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { readSettings, stackName } from './settings.ts';

export interface Sources {
  /** A handler's deployable folder, with index.mjs in it. */
  codeFolder(name: DeployedName, predictor: PredictorKind): string;
}

/** The stacks of one instance: the pipeline, and the endpoints where the model does not run in a Lambda. */
export function addStacks(app: App, { codeFolder }: Sources): void {
  const settings = readSettings(app.node);
  const description = 'Neurotile, brain MRI segmentation for research use; not a medical device';
  const pipeline = new PipelineStack(app, stackName(settings.instanceId, 'Pipeline'), {
    settings,
    codeFolder,
    description: `${description}: buckets, queues and Lambdas`,
  });
  if (settings.predictor === 'lambda') return;
  new EndpointStack(app, stackName(settings.instanceId, 'Endpoint'), {
    settings,
    shared: pipeline.shared,
    description: `${description}: the model on SageMaker`,
  });
}
