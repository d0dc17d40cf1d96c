import { describe, expect, test } from '@jest/globals';
import {
  clamp,
  eggDepth,
  ellipsoidDepth,
  ramp,
  rodDepth,
  smoothMax,
  smoothMin,
} from '../../../functions/core/phantom/shapes.ts';
import { createRandom } from '../../../functions/core/random.ts';

describe('implicit shapes', () => {
  test('the depth in a sphere is its radius less the distance to its middle', () => {
    // By hand: |(1, 2, 2)| = 3, |(6, 8, 0)| = 10.
    expect(ellipsoidDepth(1, 2, 2, 5, 5, 5)).toBeCloseTo(2, 10);
    expect(ellipsoidDepth(6, 8, 0, 5, 5, 5)).toBeCloseTo(-5, 10);
    expect(ellipsoidDepth(0, 0, 0, 5, 6, 7)).toBe(5);
  });

  test('ellipsoid and egg have their surface at the ends of their axes', () => {
    for (const depth of [ellipsoidDepth, eggDepth])
      for (const [x, y, z] of [
        [3, 0, 0],
        [0, -4, 0],
        [0, 0, 5],
      ])
        expect(depth(x, y, z, 3, 4, 5)).toBeCloseTo(0, 10);
  });

  test('an egg reaches further than an ellipsoid between its axes', () => {
    const diagonal = 10 / Math.sqrt(3);
    expect(ellipsoidDepth(diagonal, diagonal, diagonal, 10, 10, 10)).toBeCloseTo(0, 10);
    expect(eggDepth(diagonal, diagonal, diagonal, 10, 10, 10)).toBeGreaterThan(0.5);
  });

  test('a rod is round at its ends and changes its radius evenly along its length', () => {
    const rod = { from: [0, 0, 0, 1], to: [10, 0, 0, 3] } as const;
    expect(rodDepth(-4, 0, 0, rod)).toBeCloseTo(-3, 10); // 4 from the end of radius 1
    expect(rodDepth(5, 0, 0, rod)).toBeCloseTo(2, 10); // on the axis, half way
    expect(rodDepth(10, 3, 4, rod)).toBeCloseTo(-2, 10); // 5 from the end of radius 3
  });

  test('smooth minimum and maximum leave shapes alone that are further apart than k, and round the rest outward', () => {
    const random = createRandom('smooth');
    for (let n = 0; n < 200; n++) {
      const [a, b] = [random.uniform(-10, 10), random.uniform(-10, 10)];
      const far = Math.abs(a - b) >= 3;
      expect(smoothMin(a, b, 3) === Math.min(a, b)).toBe(far);
      expect(smoothMax(a, b, 3)).toBeCloseTo(-smoothMin(-a, -b, 3), 12);
      expect(smoothMax(a, b, 3) - Math.max(a, b)).toBeLessThanOrEqual(0.75);
    }
  });

  test('a ramp is half at the surface and ends half its width away', () => {
    expect([-1, -0.5, 0, 0.5, 1].map((depth) => ramp(depth, 1))).toEqual([0, 0, 0.5, 1, 1]);
    expect([-2, 0.3, 7].map((value) => clamp(value, 0, 1))).toEqual([0, 0.3, 1]);
  });
});
