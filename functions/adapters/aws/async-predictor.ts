import { randomUUID } from 'node:crypto';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { InvokeEndpointAsyncCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { endpointName } from '../../contract/environment.ts';
import { runOfPrediction } from '../../contract/keys.ts';
import { LIMITS } from '../../contract/stages.ts';
import type { Predictor, PredictRequest } from '../../pipeline/ports.ts';
import { customAttributes, TENSOR_TYPE, wrongPrediction } from '../answering-predictor.ts';
import { systemClock } from '../system-clock.ts';
import { createBacklog } from './backlog.ts';
import { createTroubles } from './sagemaker-trouble.ts';

/**
 * Requests that may wait at the endpoint before tiles are held back in their queue. The metric is a minute or two old,
 * so that more get in; but what waits expires after six hours only.
 */
const MOST_WAITING = 2000;
const HOLD_BACK_SECONDS = 60;
/** It only has to take the request; the client's own patience is that of a realtime endpoint. */
const ANSWER_WITHIN_MS = 10_000;
/** For one tile, its neighbours in the batch, and a model that is still being loaded. */
const INVOCATION_TIMEOUT_SECONDS = 300;

/**
 * Hands tiles to a SageMaker endpoint that answers later, by an object: S3 path of the endpoint (`predictions/`), then
 * the run, then the tile. One that SageMaker would put elsewhere would never be found, so what it promises is compared.
 * @returns a predictor that says `accepted`, or `busy`
 */
export function createAsyncPredictor({
  client,
  cloudWatch,
  endpointPrefix,
  workBucket,
  mostWaiting = MOST_WAITING,
  answerWithinMs = ANSWER_WITHIN_MS,
  nowMs = systemClock.nowMs,
}: {
  client: SageMakerRuntimeClient;
  cloudWatch: CloudWatchClient;
  endpointPrefix: string;
  workBucket: string;
  mostWaiting?: number;
  answerWithinMs?: number;
  nowMs?: () => number;
}): Predictor {
  const backlogOf = createBacklog({ cloudWatch, nowMs });
  const troubles = createTroubles();
  const uriOf = (key: string) => `s3://${workBucket}/${key}`;

  return {
    async predict(request) {
      const endpoint = endpointName(endpointPrefix, request.modelDigest);
      if ((await backlogOf(endpoint)) > mostWaiting) return { state: 'busy', retryAfterSeconds: HOLD_BACK_SECONDS };
      try {
        const invocation = invocationOf(request, endpoint, uriOf(request.tensorKey));
        const abortSignal = AbortSignal.timeout(answerWithinMs);
        const { OutputLocation } = await client.send(invocation, { abortSignal });
        troubles.over();
        assertPlanned(OutputLocation, uriOf(request.predictionKey));
        return { state: 'accepted' };
      } catch (error) {
        return { state: 'busy', retryAfterSeconds: troubles.secondsFor(error, request) };
      }
    },
  };
}

function invocationOf(request: PredictRequest, EndpointName: string, InputLocation: string) {
  const { predictionKey } = request;
  return new InvokeEndpointAsyncCommand({
    EndpointName,
    InputLocation,
    ContentType: TENSOR_TYPE,
    CustomAttributes: customAttributes(request),
    S3OutputPathExtension: runOfPrediction(predictionKey),
    Filename: predictionKey.slice(predictionKey.lastIndexOf('/') + 1),
    // Of this attempt, so that a failure told twice is one failure, and the next attempt's another.
    InferenceId: randomUUID(),
    InvocationTimeoutSeconds: INVOCATION_TIMEOUT_SECONDS,
    // The longest that SageMaker knows, and as long as `infer` would wait itself.
    RequestTTLSeconds: LIMITS.predictorDeadlineSeconds,
  });
}

function assertPlanned(found: string | undefined, planned: string): void {
  if (found !== planned) throw wrongPrediction(`output at ${found ?? 'no place'}`, planned);
}
