import { Aws } from 'aws-cdk-lib';
import type { Settings } from '../settings.ts';
import { type Statement, WITHOUT_RESOURCE } from '../statements.ts';

/** What `infer` may do on endpoints; nothing where it is the predictor itself. */
export function onEndpoints({ predictor, instanceId }: Settings): Statement[] {
  const call = (action: string): Statement => ({
    actions: [`sagemaker:${action}`],
    resources: [`arn:${Aws.PARTITION}:sagemaker:${Aws.REGION}:${Aws.ACCOUNT_ID}:endpoint/${instanceId}-*`],
    why: 'endpoints of this instance: one a model version, and the next one is not known yet',
  });
  if (predictor === 'async') return [call('InvokeEndpointAsync'), WITHOUT_RESOURCE.backlog];
  return predictor === 'realtime' ? [call('InvokeEndpoint')] : [];
}
