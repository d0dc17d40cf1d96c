import type { ObjectStore, Predictor, PredictRequest } from '../pipeline/ports.ts';
import {
  type Answer,
  createAnsweringPredictor,
  customAttributes,
  isPassingStatus,
  refusedBy,
  TENSOR_TYPE,
} from './answering-predictor.ts';

export interface HttpPredictorOptions {
  /** Where the model container's server is, such as http://127.0.0.1:8080. */
  readonly url: string;
  /** Holds tensors, and takes predictions. */
  readonly work: ObjectStore;
  /** Regions of the model, where they are known; else any number that a model can have is taken. */
  readonly channels?: number;
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const RETRY_AFTER_SECONDS = 1;

/**
 * The predictor of a laptop: POST the tensor to the model container's server, and put what it answers at its key.
 * Connections are kept alive (fetch does that by itself).
 */
export function createHttpPredictor(options: HttpPredictorOptions): Predictor {
  const { work, channels } = options;
  return createAnsweringPredictor({ work, channels, ask: (request, tensor) => post(options, request, tensor) });
}

async function post(
  { url, timeoutMs = DEFAULT_TIMEOUT_MS }: HttpPredictorOptions,
  request: PredictRequest,
  body: Uint8Array,
): Promise<Answer> {
  const headers = {
    'Content-Type': TENSOR_TYPE,
    'X-Amzn-SageMaker-Custom-Attributes': customAttributes(request),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await fetch(`${url}/invocations`, { method: 'POST', headers, body, signal });
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch {
    // Nobody listens, the connection broke, or the time is over: whatever it was, it may be another time.
    return { retryAfterSeconds: RETRY_AFTER_SECONDS };
  }
  if (response.ok) return { prediction: bytes };
  if (isPassingStatus(response.status)) return { retryAfterSeconds: retryAfterOf(response) };
  throw refusedBy(response.status, new TextDecoder().decode(bytes.subarray(0, 1000)), request);
}

function retryAfterOf(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds, 900) : RETRY_AFTER_SECONDS;
}
