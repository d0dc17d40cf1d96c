/** @jest-environment ./test/inference/onnx-environment.mjs */
import { expect, test } from '@jest/globals';
import { toFloat16 } from '../../functions/core/tensor/float16.ts';
import { writeNpy } from '../../functions/core/tensor/npy.ts';
import { infer } from '../../functions/inference/infer.ts';
import { type LoadedModel, loadModel } from '../../functions/inference/load-model.ts';
import { spaceOf } from '../../functions/inference/session.ts';

/** A tensor of z-scores from -3 to 3 by a linear congruential generator. */
function noiseFor({ spec }: LoadedModel, count: number, seed: number): Uint8Array {
  const shape = [count, spec.sequences.length, ...spaceOf(spec)];
  let state = seed;
  const z = Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 6 - 3;
  });
  return writeNpy({ dtype: 'float16', shape, data: toFloat16(z) });
}

/** The promise of equal bytes is about these networks; the fixtures have one convolution each. */
test.each([
  ['unet2d', [2, 1]],
  ['unet3d', [1, 1]],
])(
  '%s gives the same bytes alone and in one run with others',
  async (name, counts) => {
    const folder = `model-container/models/${name}`;
    const alone = await loadModel(folder, { threads: 2, samplesAtOnce: 1 });
    const grouped = await loadModel(folder, { threads: 2, samplesAtOnce: 3 });
    const tensors = counts.map((count, n) => noiseFor(alone, count, n + 1));
    const expected: Uint8Array[] = [];
    for (const tensor of tensors) expected.push(await infer(alone, tensor));
    const found = await Promise.all(tensors.map((tensor) => infer(grouped, tensor)));
    expect(found.map((answer, n) => Buffer.compare(answer, expected[n]))).toEqual([0, 0]);
    // Not all one value: then equality would say little.
    expect(new Set(expected[0].subarray(128)).size).toBeGreaterThan(10);
  },
  120_000,
);
