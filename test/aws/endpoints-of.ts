import { synthesise } from '../../infra/synthesise.ts';
import type { Deployed } from './deploy.ts';
import type { OutputConfig } from './sagemaker-async.ts';

/**
 * The endpoints that the endpoint stack's own template would make beside a deployed pipeline, by name: the emulator
 * has no SageMaker, so the stand-in is told what SageMaker would be.
 * @param models shipped models by name, or folders of bundles
 */
export async function endpointsOf(
  deployed: Deployed,
  predictor: 'async' | 'realtime',
  models: readonly string[],
): Promise<Map<string, OutputConfig>> {
  const { instanceId, work } = deployed;
  const template = synthesise({ instanceId, predictor, models: models.join(',') })[
    deployed.stack.replace(/Pipeline$/, 'Endpoint')
  ];
  const resources = Object.values(template.Resources);
  const ofType = (type: string) => resources.filter((r) => r.Type === `AWS::SageMaker::${type}`);
  const errorTopic = await deployed.resource('AWS::SNS::Topic', 'EndpointErrors');
  const configs = ofType('EndpointConfig').map(({ Properties }): OutputConfig => {
    const output = Properties.AsyncInferenceConfig?.OutputConfig;
    return {
      outputPath: text(output?.S3OutputPath, work),
      failurePath: text(output?.S3FailurePath, work),
      errorTopic: output?.NotificationConfig?.ErrorTopic && errorTopic,
    };
  });
  // One of each a model, and all configurations write to the same places.
  return new Map(ofType('Endpoint').map(({ Properties }, n) => [Properties.EndpointName as string, configs[n]]));
}

/** `Fn::Join` of strings and one import, which is the work bucket's name. */
function text(value: { 'Fn::Join': [string, unknown[]] } | undefined, imported: string): string {
  const [separator, parts] = value?.['Fn::Join'] ?? ['', []];
  return parts.map((part) => (typeof part === 'string' ? part : imported)).join(separator);
}
