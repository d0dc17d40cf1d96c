import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { endpointName } from '../../contract/environment.ts';
import type { ObjectStore, Predictor } from '../../pipeline/ports.ts';
import { createAnsweringPredictor, customAttributes, TENSOR_TYPE, wrongPrediction } from '../answering-predictor.ts';
import { createTroubles } from './sagemaker-trouble.ts';

/** What a body may have at a realtime endpoint. */
export const MOST_BODY_BYTES = 6_291_456;

/** Asks a SageMaker endpoint that is always awake, and puts what it answers at its key. */
export function createRealtimePredictor({
  client,
  endpointPrefix,
  work,
}: {
  client: SageMakerRuntimeClient;
  endpointPrefix: string;
  work: ObjectStore;
}): Predictor {
  const troubles = createTroubles();
  return createAnsweringPredictor({
    work,
    async ask(request, tensor) {
      if (tensor.length > MOST_BODY_BYTES)
        throw wrongPrediction(`a tensor of ${tensor.length} bytes`, `at most ${MOST_BODY_BYTES}, a realtime body`);
      const command = new InvokeEndpointCommand({
        EndpointName: endpointName(endpointPrefix, request.modelDigest),
        ContentType: TENSOR_TYPE,
        CustomAttributes: customAttributes(request),
        Body: tensor,
      });
      try {
        const { Body } = await client.send(command);
        troubles.over();
        return { prediction: Body ?? new Uint8Array() }; // null where the answer is empty
      } catch (error) {
        return { retryAfterSeconds: troubles.secondsFor(error, request) };
      }
    },
  });
}
