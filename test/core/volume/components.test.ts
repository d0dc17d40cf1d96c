import { describe, expect, test } from '@jest/globals';
import { createRandom } from '../../../functions/core/random.ts';
import { componentLabels, findComponents } from '../../../functions/core/volume/components.ts';
import { dilate } from '../../../functions/core/volume/dilate.ts';
import type { Vec3 } from '../../../functions/core/volume/volume.ts';

function randomMask(shape: Vec3, density: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () => (random.uniform() < density ? 1 : 0));
}

/** Voxels that lie at most one step away along every axis; corners only where they count as neighbours. */
function neighbours(n: number, [ni, nj, nk]: Vec3, most: number): number[] {
  const [i, j, k] = [n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))];
  const out: number[] = [];
  for (const dk of [-1, 0, 1])
    for (const dj of [-1, 0, 1])
      for (const di of [-1, 0, 1]) {
        const [a, b, c] = [i + di, j + dj, k + dk];
        const inside = a >= 0 && a < ni && b >= 0 && b < nj && c >= 0 && c < nk;
        if (inside && Math.abs(di) + Math.abs(dj) + Math.abs(dk) <= most) out.push(a + ni * (b + nj * c));
      }
  return out;
}

/** The same by flood fill: slow and plain. */
function floodFill(mask: Uint8Array, shape: Vec3): Uint32Array {
  const labels = new Uint32Array(mask.length);
  let count = 0;
  for (let n = 0; n < mask.length; n++) {
    if (mask[n] === 0 || labels[n] !== 0) continue;
    labels[n] = ++count;
    for (const queue = [n]; queue.length > 0; )
      for (const m of neighbours(queue.pop()!, shape, 3))
        if (mask[m] !== 0 && labels[m] === 0) {
          labels[m] = count;
          queue.push(m);
        }
  }
  return labels;
}

describe('connected components', () => {
  test('are those of a flood fill, at every density and shape', () => {
    const shapes: Vec3[] = [
      [9, 8, 7],
      [1, 12, 10],
      [13, 1, 9],
      [11, 10, 1],
      [20, 3, 5],
    ];
    for (const [s, shape] of shapes.entries())
      for (const density of [0.02, 0.08, 0.15, 0.3, 0.6, 1]) {
        const mask = randomMask(shape, density, 100 * s + 100 * density);
        const components = findComponents(mask, shape);
        const expected = floodFill(mask, shape);
        expect(componentLabels(components, mask.length)).toEqual(expected);
        expect(components.count).toBe(expected.reduce((a, b) => Math.max(a, b), 0));
      }
  });

  test('count and size as scipy.ndimage.label with a full 3 × 3 × 3 structure has them', () => {
    // (7i + 5j + 3k + (ij mod 4)) mod 9 == 0 on 40 × 44 × 36: 7,068 voxels, 972 pieces (scipy 1.17).
    const mask = new Uint8Array(40 * 44 * 36);
    for (let k = 0, n = 0; k < 36; k++)
      for (let j = 0; j < 44; j++)
        for (let i = 0; i < 40; i++, n++) if ((7 * i + 5 * j + 3 * k + ((i * j) % 4)) % 9 === 0) mask[n] = 1;
    const { count, voxels } = findComponents(mask, [40, 44, 36]);
    expect(count).toBe(972);
    expect([...voxels].sort((a, b) => b - a).slice(0, 10)).toEqual([1170, 965, 819, 609, 464, 249, 107, 5, 5, 5]);
    expect(voxels.reduce((a, b) => a + b)).toBe(7068);
  });

  test('do not hang together around the end of a row', () => {
    // Last voxel of row 0 and first of row 2; last of a slice and first of the next but one.
    const mask = new Uint8Array(27);
    mask[2] = 1;
    mask[6] = 1;
    mask[18] = 1;
    expect(findComponents(mask, [3, 3, 3]).count).toBe(3);
  });

  test('of nothing are none', () => {
    const { count, voxels, runs } = findComponents(new Uint8Array(27), [3, 3, 3]);
    expect([count, voxels.length, runs.start.length]).toEqual([0, 0, 0]);
  });
});

describe('dilation', () => {
  test('adds what lies at a face or an edge, as a neighbour-by-neighbour search does', () => {
    const shape: Vec3 = [7, 6, 5];
    const mask = randomMask(shape, 0.05, 5);
    let expected = mask;
    for (const times of [1, 2, 3]) {
      const before = expected;
      expected = before.map((_, n) => (neighbours(n, shape, 2).some((m) => before[m] !== 0) ? 1 : 0));
      expect(dilate(mask, shape, times)).toEqual(expected);
    }
  });

  test('makes 19 voxels of one, and leaves its input alone', () => {
    const mask = new Uint8Array(125);
    mask[62] = 3;
    expect(dilate(mask, [5, 5, 5], 1).reduce((a, b) => a + b)).toBe(19);
    expect(mask.reduce((a, b) => a + b)).toBe(3);
  });
});
