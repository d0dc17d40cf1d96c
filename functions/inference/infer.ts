import { channelsOf, type ModelSpec } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { readNpy, writeNpy } from '../core/tensor/npy.ts';
import type { LoadedModel } from './load-model.ts';
import type { Sample } from './sample-queue.ts';
import { spaceOf } from './session.ts';

/**
 * One request: .npy float16 N×C×[D×]H×W -> .npy uint8 N×R×[D×]H×W, probabilities in 255ths. 3D: N patches of the
 * model's tile; 2D: a slab of N slices. What else is waiting may share its runs; that never changes a byte on a CPU.
 * @throws NeurotileError PREDICTION where the tensor is not one for this model; `signal`'s reason once it is aborted.
 */
export async function infer(model: LoadedModel, tensorNpy: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
  const { count, data } = readTensor(model.spec, tensorNpy);
  const space = spaceOf(model.spec);
  const shape = [count, channelsOf(model.spec), ...space];
  const prediction = new Uint8Array(shape.reduce((product, n) => product * n, 1));
  await model.queue.push(samplesOf(count, data, prediction), signal);
  return writeNpy({ dtype: 'uint8', shape, data: prediction });
}

/** The tensor of a request, once it is one that this model takes. */
export function readTensor(spec: ModelSpec, bytes: Uint8Array): { count: number; data: Uint16Array } {
  const tensor = readNpy(bytes);
  const sample = [spec.sequences.length, ...spaceOf(spec)];
  const [count, ...rest] = tensor.shape;
  const fits = rest.length === sample.length && rest.every((n, axis) => n === sample[axis]) && count >= 1;
  if (tensor.dtype !== 'float16' || !fits)
    throw new NeurotileError('PREDICTION', {
      found: `${tensor.dtype} ${tensor.shape.join('×')}`,
      expected: `float16 N×${sample.join('×')}`,
    });
  return { count, data: tensor.data };
}

function samplesOf(count: number, data: Uint16Array, prediction: Uint8Array): Sample[] {
  const into = data.length / count;
  const out = prediction.length / count;
  return Array.from({ length: count }, (_, n) => ({
    input: data.subarray(n * into, (n + 1) * into),
    output: prediction.subarray(n * out, (n + 1) * out),
  }));
}
