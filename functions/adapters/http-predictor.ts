import { REGIONS } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { readNpy } from '../core/tensor/npy.ts';
import type { ObjectStore, Predictor, PredictRequest } from '../pipeline/ports.ts';

export interface HttpPredictorOptions {
  /** Where the model container's server is, such as http://127.0.0.1:8080. */
  readonly url: string;
  /** Holds tensors, and takes predictions. */
  readonly work: ObjectStore;
  /** Regions of the model, where they are known; else any number that a model can have is taken. */
  readonly regions?: number;
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const RETRY_AFTER_SECONDS = 1;
/** Throttled, starting, stopping or broken for the moment: 429 and every 5xx. All else stays as it is when asked again. */
const isPassing = (status: number) => status === 429 || status >= 500;

/**
 * The predictor of a laptop: POST the tensor to the model container's server, and put what it answers at its key.
 * Connections are kept alive (fetch does that by itself).
 */
export function createHttpPredictor(options: HttpPredictorOptions): Predictor {
  return {
    async predict(request) {
      const tensor = await options.work.get(request.tensorKey);
      if (!tensor) throw wrong('no tensor at its key', request.tensorKey);
      const answer = await post(options, request, tensor.bytes);
      if ('retryAfterSeconds' in answer) return { state: 'busy', retryAfterSeconds: answer.retryAfterSeconds };
      assertFits(answer.prediction, tensor.bytes, options.regions);
      await options.work.put(request.predictionKey, answer.prediction);
      return { state: 'done' };
    },
  };
}

async function post(
  { url, timeoutMs = DEFAULT_TIMEOUT_MS }: HttpPredictorOptions,
  { modelDigest, tile }: PredictRequest,
  body: Uint8Array,
): Promise<{ prediction: Uint8Array } | { retryAfterSeconds: number }> {
  const headers = {
    'Content-Type': 'application/x-npy',
    'X-Amzn-SageMaker-Custom-Attributes': `model=${modelDigest};tile=${tile}`,
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
  if (isPassing(response.status)) return { retryAfterSeconds: retryAfterOf(response) };
  throw wrong(`status ${response.status} ${codeOf(bytes)}`, `a prediction by model ${modelDigest}`);
}

/** Same N and same space as the tensor, uint8, and as many channels as there are regions. */
function assertFits(prediction: Uint8Array, tensorBytes: Uint8Array, regions: number | undefined): void {
  const asked = readNpy(tensorBytes).shape;
  const { dtype, shape } = readNpy(prediction);
  const hasRegions = regions ? shape[1] === regions : shape[1] >= 1 && shape[1] <= REGIONS.length;
  const hasSpace = shape.length === asked.length && shape.every((n, axis) => axis === 1 || n === asked[axis]);
  if (dtype === 'uint8' && hasRegions && hasSpace) return;
  const expected = asked.map((n, axis) => (axis === 1 ? (regions ?? `1..${REGIONS.length}`) : n));
  throw wrong(`${dtype} ${shape.join('×')}`, `uint8 ${expected.join('×')}`);
}

function retryAfterOf(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds, 900) : RETRY_AFTER_SECONDS;
}

/** The code of a refusal: `{"code", "message"}`. */
function codeOf(bytes: Uint8Array): string {
  return /"code":"([A-Z_]{1,40})"/.exec(new TextDecoder().decode(bytes.subarray(0, 1000)))?.[1] ?? '';
}

function wrong(found: string, expected: string): NeurotileError {
  return new NeurotileError('PREDICTION', { found, expected });
}
