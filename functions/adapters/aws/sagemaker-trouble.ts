import { type ModelError, SageMakerRuntimeServiceException } from '@aws-sdk/client-sagemaker-runtime';
import type { PredictRequest } from '../../pipeline/ports.ts';
import { isPassingStatus, refusedBy, wrongPrediction } from '../answering-predictor.ts';

/** An endpoint is made in minutes. */
const NO_ENDPOINT_SECONDS = 60;
const FIRST_SECONDS = 1;
const MOST_SECONDS = 15;

/** How long to wait after trouble that passes, and what to do with trouble that does not. */
export interface Troubles {
  /**
   * Seconds after which the endpoint is to be asked again: twice as long each time in a row, up to 15; a minute where
   * there is no endpoint yet.
   * @throws NeurotileError PREDICTION where it would say the same again; the error itself where it is none of SageMaker's
   */
  secondsFor(error: unknown, request: PredictRequest): number;
  /** The endpoint answered: the next wait is short again. */
  over(): void;
}

export function createTroubles(): Troubles {
  let next = FIRST_SECONDS;
  return {
    secondsFor(error, request) {
      if (hasNoEndpoint(error)) return NO_ENDPOINT_SECONDS;
      if (!isPassing(error)) throw asPrediction(error, request);
      const seconds = next;
      next = Math.min(2 * next, MOST_SECONDS);
      return seconds;
    },
    over() {
      next = FIRST_SECONDS;
    },
  };
}

/** "Endpoint … of account … not found.", and the like for one that is still being made. */
function hasNoEndpoint(error: unknown): boolean {
  return (
    isService(error) && error.name === 'ValidationError' && /endpoint.*not (found|in service)/i.test(error.message)
  );
}

function isPassing(error: unknown): boolean {
  if (!isService(error)) return hadNoAnswer(error);
  // The container's own status; 0 where it gave no answer at all.
  if (isModelError(error)) {
    const status = error.OriginalStatusCode ?? 0;
    return status < 400 || isPassingStatus(status);
  }
  // Throttling comes as a 400 with no message: its name alone tells.
  return /Throttl|TooManyRequests/.test(error.name) || isPassingStatus(error.$metadata.httpStatusCode ?? 0);
}

function asPrediction(error: unknown, request: PredictRequest): unknown {
  if (!isService(error)) return error;
  if (isModelError(error)) return refusedBy(error.OriginalStatusCode ?? 0, error.OriginalMessage ?? '', request);
  if (error.name !== 'ValidationError') return error; // Rights or settings: an operator's, not the study's.
  const found = `ValidationError: ${error.message.slice(0, 200)}`;
  return wrongPrediction(found, `a request that SageMaker takes for tile ${request.tile}`, error);
}

const isService = (error: unknown): error is SageMakerRuntimeServiceException =>
  error instanceof SageMakerRuntimeServiceException;
const isModelError = (error: SageMakerRuntimeServiceException): error is ModelError => error.name === 'ModelError';

const NETWORK = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];

/** Nobody there, the connection broke, or the time was over. */
function hadNoAnswer(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'TimeoutError' || name === 'AbortError' || (code !== undefined && NETWORK.includes(code));
}
