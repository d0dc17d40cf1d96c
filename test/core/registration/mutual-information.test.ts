import { describe, expect, test } from '@jest/globals';
import { createRandom } from '../../../functions/core/random.ts';
import { mutualInformation } from '../../../functions/core/registration/mutual-information.ts';
import type { Volume } from '../../../functions/core/volume/volume.ts';
import { makeVolume, UNIT_AFFINE } from '../../helpers/factories.ts';

const row = (...values: number[]): Volume => ({
  shape: [values.length, 1, 1],
  affine: UNIT_AFFINE,
  data: Float32Array.from(values),
});

describe('mutualInformation', () => {
  test('is the entropy of an image with itself: two halves ln 2, four quarters ln 4', () => {
    expect(mutualInformation(row(1, 1, 5, 5), row(1, 1, 5, 5))).toBeCloseTo(Math.log(2), 12);
    expect(mutualInformation(row(1, 2, 3, 4), row(1, 2, 3, 4))).toBeCloseTo(Math.log(4), 12);
  });

  test('does not mind an inverted contrast', () => {
    expect(mutualInformation(row(1, 2, 3, 4), row(80, 70, 60, 50))).toBeCloseTo(Math.log(4), 12);
  });

  test('is 0 where one image tells nothing of the other', () => {
    expect(mutualInformation(row(1, 1, 5, 5), row(1, 9, 1, 9))).toBeCloseTo(0, 12);
    expect(mutualInformation(row(1, 1, 5, 5), row(3, 3, 3, 3))).toBe(0);
  });

  test('agrees with a sum by hand where three voxels match and one does not', () => {
    // f: 1 1 5 5, m: 1 1 1 9. p(1,1) = 2/4, p(5,1) = 1/4, p(5,9) = 1/4; p(f) = 1/2, 1/2; p(m) = 3/4, 1/4.
    // 1/2 ln(1/2 / (1/2 · 3/4)) + 1/4 ln(1/4 / (1/2 · 3/4)) + 1/4 ln(1/4 / (1/2 · 1/4)) = 0.2157615543…
    const byHand = 0.5 * Math.log(4 / 3) + 0.25 * Math.log(2 / 3) + 0.25 * Math.log(2);
    expect(byHand).toBeCloseTo(0.2157615543, 9);
    expect(mutualInformation(row(1, 1, 5, 5), row(1, 1, 1, 9))).toBeCloseTo(byHand, 12);
  });

  test('counts only what the mask marks, or else where the fixed image is not 0', () => {
    const fixed = row(1, 1, 5, 5, 0, 0);
    const moving = row(1, 1, 5, 5, 1, 5);
    expect(mutualInformation(fixed, moving)).toBeCloseTo(Math.log(2), 12);
    expect(mutualInformation(fixed, moving, [1, 1, 0, 0, 0, 0])).toBe(0);
    expect(mutualInformation(row(0, 0), row(1, 2))).toBe(0);
  });

  test('is symmetric, and never negative, on seeded noise', () => {
    const random = createRandom(3);
    const noise = () => makeVolume([12, 12, 12], () => random.normal(100, 20));
    const [a, b] = [noise(), noise()];
    expect(mutualInformation(a, b)).toBeCloseTo(mutualInformation(b, a), 12);
    expect(mutualInformation(a, b)).toBeGreaterThanOrEqual(0);
    expect(mutualInformation(a, b)).toBeLessThan(mutualInformation(a, a));
  });

  test('names both sizes when the images are on different grids', () => {
    expect(() => mutualInformation(row(1, 2), row(1, 2, 3))).toThrow(/3 voxels.*2 voxels/);
  });
});
