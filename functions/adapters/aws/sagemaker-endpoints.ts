import { DescribeEndpointCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import { endpointName } from '../../contract/environment.ts';

/** Tells whether a model's endpoint is there and takes requests; one at zero instances does. */
export function createEndpointLook({
  client,
  endpointPrefix,
}: {
  client: SageMakerClient;
  endpointPrefix: string;
}): (digest: string) => Promise<boolean> {
  return async (digest) => {
    const EndpointName = endpointName(endpointPrefix, digest);
    try {
      const { EndpointStatus } = await client.send(new DescribeEndpointCommand({ EndpointName }));
      return EndpointStatus === 'InService' || EndpointStatus === 'Updating';
    } catch (error) {
      if ((error as Error).name === 'ValidationException') return false;
      throw error;
    }
  };
}
