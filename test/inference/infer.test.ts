/** @jest-environment ./test/inference/onnx-environment.mjs */
import { describe, expect, test } from '@jest/globals';
import { toFloat16 } from '../../functions/core/tensor/float16.ts';
import { readNpy, writeNpy } from '../../functions/core/tensor/npy.ts';
import { infer } from '../../functions/inference/infer.ts';
import { loadModel } from '../../functions/inference/load-model.ts';

const folderOf = (dims: 2 | 3) => `test/fixtures/tiny-model-${dims}d`;
const spaceOf = (dims: 2 | 3) => (dims === 3 ? [16, 16, 16] : [32, 32]);
const voxelsOf = (dims: 2 | 3) => spaceOf(dims).reduce((product, n) => product * n, 1);

/** Numbers from -3 to 3 by a linear congruential generator: z-scores that nobody arranged. */
function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 6 - 3;
  });
}

function tensorOf(dims: 2 | 3, count: number, values: Float32Array): Uint8Array {
  return writeNpy({ dtype: 'float16', shape: [count, 4, ...spaceOf(dims)], data: toFloat16(values) });
}

/** A tensor whose sequences T1, T1ce, T2, FLAIR are constant. */
function constant(dims: 2 | 3, ...z: number[]): Uint8Array {
  const voxels = voxelsOf(dims);
  return tensorOf(
    dims,
    1,
    Float32Array.from({ length: 4 * voxels }, (_, n) => z[Math.floor(n / voxels)]),
  );
}

describe('inference on the 3D fixture', () => {
  test.each([
    // Logits of make-tiny-model.py's table in the middle of the tile, and 255 · sigmoid of them.
    ['healthy tissue', [0, 0, 0, 0], [-6, -6, -6], [1, 1, 1]],
    ['oedema: FLAIR bright', [0, 0, 1, 2], [-4, 2, -6], [5, 225, 1]],
    ['a dark core: FLAIR bright, T1 dark', [-2, -1, 2, 2], [2, 2, -10], [225, 225, 0]],
    ['enhancing: T1ce bright', [0, 2.5, 1, 1], [4, 4, 4], [250, 250, 250]],
  ])('sees %s', async (_, z, logits, expected) => {
    const model = await loadModel(folderOf(3), { threads: 1 });
    const { dtype, shape, data } = readNpy(await infer(model, constant(3, ...z)));
    expect({ dtype, shape }).toEqual({ dtype: 'uint8', shape: [1, 3, 16, 16, 16] });
    const middle = 8 * 256 + 8 * 16 + 8;
    expect([0, 1, 2].map((region) => data[region * 4096 + middle])).toEqual(expected);
    expect(logits.map((x) => Math.round(255 / (1 + Math.exp(-x))))).toEqual(expected);
  });

  test('averages over 3×3×3 voxels, with zeros outside the tile', async () => {
    const model = await loadModel(folderOf(3), { threads: 1 });
    const { data } = readNpy(await infer(model, constant(3, 0, 0, 0, 2)));
    // WT at a corner: 8 of 27 voxels lie inside, 4 (2 · 8/27 - 1.5) = -3.63 -> 6.58; at a face 18: -0.667 -> 86.51.
    expect(data[4096]).toBe(7);
    expect(data[4096 + 8 * 16 + 8]).toBe(87);
  });
});

test('the 2D fixture takes a slab of slices, each for itself, and divides by its temperature of 2', async () => {
  const model = await loadModel(folderOf(2), { threads: 1 });
  const slices = [0, 2, 0, 3].map((flair) => readNpy(constant(2, 0, 0, 0, flair)).data as Uint16Array);
  const slab = new Uint16Array(4 * slices[0].length);
  slices.forEach((slice, n) => {
    slab.set(slice, n * slice.length);
  });
  const { shape, data } = readNpy(
    await infer(model, writeNpy({ dtype: 'float16', shape: [4, 4, 32, 32], data: slab })),
  );
  expect(shape).toEqual([4, 3, 32, 32]);
  // WT logits -6, 2, -6, 6, halved: sigmoid(-3) = 0.0474, sigmoid(1) = 0.7311, sigmoid(3) = 0.9526
  expect([0, 1, 2, 3].map((n) => data[(3 * n + 1) * 1024 + 16 * 32 + 16])).toEqual([12, 186, 12, 243]);
});

describe.each([2, 3] as const)('whatever runs together, in %pD', (dims) => {
  const counts = [1, 3, 1, 2, 4];
  const tensors = counts.map((count, n) => tensorOf(dims, count, noise(count * 4 * voxelsOf(dims), n + 1)));

  test('every answer is the same to the byte', async () => {
    const alone = await loadModel(folderOf(dims), { threads: 1, samplesAtOnce: 1 });
    const expected: Uint8Array[] = [];
    for (const tensor of tensors) expected.push(await infer(alone, tensor));
    for (const [samplesAtOnce, threads] of [
      [1, 1],
      [2, 1],
      [3, 2],
      [8, 1],
      [8, 2],
    ]) {
      const model = await loadModel(folderOf(dims), { threads, samplesAtOnce });
      const found = await Promise.all(tensors.map((tensor) => infer(model, tensor)));
      expect(found.map((answer, n) => Buffer.compare(answer, expected[n]))).toEqual(counts.map(() => 0));
    }
  });
});

describe('a tensor that is not one for the model', () => {
  test.each([
    ['float32 numbers', { dtype: 'float32', shape: [1, 4, 16, 16, 16], data: new Float32Array(16384) }, 'float32'],
    ['three sequences', { dtype: 'float16', shape: [1, 3, 16, 16, 16], data: new Uint16Array(12288) }, '1×3×16×16×16'],
    ['another tile', { dtype: 'float16', shape: [1, 4, 8, 16, 16], data: new Uint16Array(8192) }, '1×4×8×16×16'],
    [
      'slices',
      { dtype: 'float16', shape: [1, 4, 16, 16], data: new Uint16Array(1024) },
      'expected float16 N×4×16×16×16',
    ],
    ['no sample', { dtype: 'float16', shape: [0, 4, 16, 16, 16], data: new Uint16Array(0) }, '0×4×16×16×16'],
  ] as const)('is refused: %s', async (_, tensor, words) => {
    const model = await loadModel(folderOf(3), { threads: 1 });
    await expect(infer(model, writeNpy(tensor))).rejects.toThrow(words);
    await expect(infer(model, writeNpy(tensor))).rejects.toMatchObject({ code: 'PREDICTION' });
  });

  test('is refused where it makes the model answer NaN', async () => {
    const model = await loadModel(folderOf(3), { threads: 1 });
    await expect(infer(model, constant(3, Number.NaN, 0, 0, 0))).rejects.toThrow('a logit that is not finite');
  });
});
