import { describe, expect, test } from '@jest/globals';
import { IDENTITY } from '../../../functions/core/geometry/affine.ts';
import { meanDisplacementMm, pointsOf } from '../../../functions/core/registration/displacement.ts';
import { makeVolume } from '../../helpers/factories.ts';

const SHIFT = [1, 0, 0, 3, 0, 1, 0, 4, 0, 0, 1, 12, 0, 0, 0, 1];
/** A quarter turn about z. */
const QUARTER = [0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

describe('meanDisplacementMm', () => {
  test('of a shift by (3, 4, 12) is 13 wherever one looks', () => {
    expect(
      meanDisplacementMm(SHIFT, [
        [0, 0, 0],
        [5, -7, 80],
      ]),
    ).toBe(13);
    expect(
      meanDisplacementMm(
        SHIFT,
        makeVolume([20, 20, 20], () => 1),
      ),
    ).toBeCloseTo(13, 12);
  });

  test('of a quarter turn is the radius times the square root of 2, on average over the points', () => {
    expect(
      meanDisplacementMm(QUARTER, [
        [1, 0, 5],
        [0, 3, 0],
      ]),
    ).toBeCloseTo(2 * Math.SQRT2, 12);
  });

  test('is 0 for the identity, and where there is nothing to look at', () => {
    expect(meanDisplacementMm(IDENTITY, [[1, 2, 3]])).toBe(0);
    expect(meanDisplacementMm(SHIFT, makeVolume([4, 4, 4]))).toBe(0);
  });
});

describe('pointsOf', () => {
  test('takes every 53rd non-zero voxel in the order of NumPy: k fastest, then j, then i', () => {
    const affine = [2, 0, 0, 10, 0, 2, 0, 20, 0, 0, 2, 30, 0, 0, 0, 1];
    // 5 × 4 × 6 voxels, the first plane i = 0 empty: the 53rd (n = 53) of the rest is i = 1 + 2, j = 0, k = 5.
    const volume = makeVolume([5, 4, 6], (i) => (i === 0 ? 0 : 1), affine);
    expect(pointsOf(volume)).toEqual([
      [12, 20, 30],
      [16, 20, 40],
    ]);
  });
});
