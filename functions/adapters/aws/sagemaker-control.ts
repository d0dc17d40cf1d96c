import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { clientSettings, type Patience } from './clients.ts';

/** SageMaker's control plane: jobs and endpoints, not what endpoints answer. Apart from other clients for its size. */
export const createSageMakerControlClient = (patience?: Partial<Patience>) =>
  new SageMakerClient(clientSettings(patience));
