import { createAsyncPredictor } from '../adapters/aws/async-predictor.ts';
import { createCloudWatchClient, createSageMakerClient } from '../adapters/aws/clients.ts';
import { createRealtimePredictor } from '../adapters/aws/realtime-predictor.ts';
import { variable } from './shared/environment.ts';
import { stageHandler } from './shared/stage-handler.ts';

/** Tiles through the model on a SageMaker endpoint: one that is always awake, or one that sleeps. */
export const handler = stageHandler('infer', ({ work }) => {
  const endpoint = { client: createSageMakerClient(), endpointPrefix: variable('endpointPrefix') };
  if (variable('predictor') === 'realtime') return { predictor: createRealtimePredictor({ ...endpoint, work }) };
  const [cloudWatch, workBucket] = [createCloudWatchClient(), variable('workBucket')];
  return { predictor: createAsyncPredictor({ ...endpoint, cloudWatch, workBucket }) };
});
