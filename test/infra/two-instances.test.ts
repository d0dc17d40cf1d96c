import { describe, expect, test } from '@jest/globals';
import { endpointName } from '../../functions/contract/environment.ts';
import { readBundle } from '../../infra/model-bundle.ts';
import { type CfnTemplate, synthesise } from '../../infra/synthesise.ts';
import { ANY_IMAGE } from './any-image.ts';

/** Properties that name a resource for good: two of the same kind and name cannot live in one account. */
const NAMING =
  /^(BucketName|QueueName|FunctionName|TopicName|RoleName|ManagedPolicyName|AliasName|LogGroupName|Name|AlarmName|DashboardName|EndpointName|EndpointConfigName|ModelName)$/;

function namesIn({ Resources }: CfnTemplate): string[] {
  return Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
    Object.entries(Properties as Record<string, unknown>)
      .filter(([key, value]) => NAMING.test(key) && typeof value === 'string')
      .map(([, value]) => `${Type} ${value}`),
  );
}

describe('two instances in one account', () => {
  test('share no name', () => {
    const namesOf = (instanceId: string) =>
      Object.entries(synthesise({ instanceId, predictor: 'async', image: ANY_IMAGE })).flatMap(([stack, template]) => [
        `stack ${stack}`,
        ...namesIn(template),
      ]);
    const [one, other] = [namesOf('neurotile'), namesOf('site-b')];
    expect(one).toEqual(
      expect.arrayContaining([
        'stack NeurotilePipeline',
        'stack NeurotileEndpoint',
        'AWS::Events::EventBus NeurotilePipeline',
        `AWS::SageMaker::Endpoint ${endpointName('neurotile', readBundle('unet2d').spec.digest)}`,
      ]),
    );
    expect(one).toHaveLength(other.length);
    expect(one.filter((name) => other.includes(name))).toEqual([]);
  });
});
