import { OUTPUT_LABELS } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { readNpy } from '../core/tensor/npy.ts';
import type { ObjectStore, Predictor, PredictRequest } from '../pipeline/ports.ts';

/** What a model that is asked says: a prediction (.npy), or how long to wait before it is asked again. */
export type Answer = { prediction: Uint8Array } | { retryAfterSeconds: number };

/**
 * A predictor whose model answers while it is waited for: the tensor is got, the answer looked at and put at its key.
 * @param channels of the model, where they are known; else any number that a model can have is taken
 */
export function createAnsweringPredictor({
  work,
  channels,
  ask,
}: {
  work: ObjectStore;
  channels?: number;
  ask(request: PredictRequest, tensor: Uint8Array): Promise<Answer>;
}): Predictor {
  return {
    async predict(request) {
      const tensor = await work.get(request.tensorKey);
      if (!tensor) throw wrongPrediction('no tensor at its key', request.tensorKey);
      const answer = await ask(request, tensor.bytes);
      if ('retryAfterSeconds' in answer) return { state: 'busy', retryAfterSeconds: answer.retryAfterSeconds };
      assertFits(answer.prediction, tensor.bytes, channels);
      await work.put(request.predictionKey, answer.prediction);
      return { state: 'done' };
    },
  };
}

/** What goes with a tensor, in the header X-Amzn-SageMaker-Custom-Attributes. */
export const customAttributes = ({ modelDigest, tile }: PredictRequest) => `model=${modelDigest};tile=${tile}`;

export const TENSOR_TYPE = 'application/x-npy';

/** Throttled, starting, stopping or broken for the moment: 429 and every 5xx. All else stays as it is when asked again. */
export const isPassingStatus = (status: number) => status === 429 || status >= 500;

/** The code in the model container's refusal: `{"code", "message"}`. */
export const refusalCode = (body: string) => /"code":"([A-Z_]{1,40})"/.exec(body.slice(0, 1000))?.[1] ?? '';

/** An endpoint said no, and would again. */
export function refusedBy(status: number, body: string, { modelDigest }: PredictRequest): NeurotileError {
  return wrongPrediction(`status ${status} ${refusalCode(body)}`, `a prediction by model ${modelDigest}`);
}

export function wrongPrediction(found: string, expected: string, cause?: unknown): NeurotileError {
  return new NeurotileError('PREDICTION', { found, expected }, cause);
}

/** Same N and same space as the tensor, uint8, and as many channels as the model has. */
function assertFits(prediction: Uint8Array, tensorBytes: Uint8Array, channels: number | undefined): void {
  const asked = readNpy(tensorBytes).shape;
  const { dtype, shape } = readNpy(prediction);
  const hasChannels = channels ? shape[1] === channels : shape[1] >= 1 && shape[1] <= OUTPUT_LABELS.length;
  const hasSpace = shape.length === asked.length && shape.every((n, axis) => axis === 1 || n === asked[axis]);
  if (dtype === 'uint8' && hasChannels && hasSpace) return;
  const expected = asked.map((n, axis) => (axis === 1 ? (channels ?? `1..${OUTPUT_LABELS.length}`) : n));
  throw wrongPrediction(`${dtype} ${shape.join('×')}`, `uint8 ${expected.join('×')}`);
}
