import { describe, expect, test } from '@jest/globals';
import { apply } from '../../../functions/core/geometry/affine.ts';
import { thinOut } from '../../../functions/core/volume/thin-out.ts';
import type { Affine, Vec3 } from '../../../functions/core/volume/volume.ts';
import { makeVolume } from '../../helpers/factories.ts';

const OBLIQUE: Affine = [-0.9, 0.1, 0, 10, 0.2, -1.1, 0.3, -20, 0, 0.4, 3, 5, 0, 0, 0, 1];

describe('thinning out', () => {
  test('gives the volume itself where it is small enough', () => {
    const volume = makeVolume([8, 9, 10], (i) => i);
    expect(thinOut(volume, 720)).toBe(volume);
  });

  test('keeps every n-th voxel where it lies in the world, with the least n that is enough', () => {
    const volume = makeVolume([9, 10, 11], (i, j, k) => i + 100 * j + 10_000 * k, OBLIQUE);
    const thin = thinOut(volume, 150);
    expect(thin.shape).toEqual([5, 5, 6]); // n = 2; n = 1 would leave 990
    for (const [i, j, k] of [
      [0, 0, 0],
      [4, 4, 5],
      [1, 2, 3],
    ] satisfies Vec3[]) {
      expect(thin.data[i + 5 * (j + 5 * k)]).toBe(2 * i + 200 * j + 20_000 * k);
      const [p, q] = [apply(thin.affine, [i, j, k]), apply(OBLIQUE, [2 * i, 2 * j, 2 * k])];
      for (const axis of [0, 1, 2]) expect(p[axis]).toBeCloseTo(q[axis], 10);
    }
  });
});
