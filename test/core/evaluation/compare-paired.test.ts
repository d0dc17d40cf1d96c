import { describe, expect, test } from '@jest/globals';
import { comparePaired } from '../../../functions/core/evaluation/compare-paired.ts';
import { createRandom } from '../../../functions/core/random.ts';

const zeros = (n: number) => new Array<number>(n).fill(0);

describe('a paired comparison', () => {
  test('of two pairs spans both: either is drawn twice in a quarter of all samples', () => {
    const got = comparePaired([1, 10], [2, 14], { seed: 1 });
    expect(got).toEqual({ n: 2, mean: 2.5, low: 1, high: 4 });
  });

  test('has no width where every pair differs by the same', () => {
    expect(comparePaired([1, 5, 9], [3, 7, 11], { seed: 1 })).toEqual({ n: 3, mean: 2, low: 2, high: 2 });
  });

  test('is the normal interval where there are many pairs', () => {
    const random = createRandom(7);
    const differences = Array.from({ length: 400 }, () => random.normal(0.3, 2));
    const { mean, low, high } = comparePaired(zeros(400), differences, { seed: 2, resamples: 4000 });
    const half = 1.96 * Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / 400 / 400);
    expect(Math.abs(low - (mean - half))).toBeLessThan(0.1 * half);
    expect(Math.abs(high - (mean + half))).toBeLessThan(0.1 * half);
  });

  test('is turned round when before and after are', () => {
    const random = createRandom(3);
    const [before, after] = [0, 1].map((shift) => Array.from({ length: 9 }, () => random.normal(shift)));
    const there = comparePaired(before, after, { seed: 5 });
    const back = comparePaired(after, before, { seed: 5 });
    expect(back.mean).toBeCloseTo(-there.mean, 12);
    expect(back.low).toBeCloseTo(-there.high, 12);
    expect(back.high).toBeCloseTo(-there.low, 12);
  });

  test('is the same again for a seed, and another for another', () => {
    const after = [0.1, 0.5, -0.2, 0.33, 0.7];
    const at = (seed: number) => comparePaired(zeros(5), after, { seed, resamples: 50 });
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
  });

  test('has no interval below two pairs, and no mean without any', () => {
    expect(comparePaired([1], [3], { seed: 1 })).toEqual({ n: 1, mean: 2, low: NaN, high: NaN });
    expect(comparePaired([], [], { seed: 1 })).toEqual({ n: 0, mean: NaN, low: NaN, high: NaN });
  });

  test('refuses what is no pair', () => {
    expect(() => comparePaired([1], [1, 2], { seed: 1 })).toThrow('1 values before against 2 after');
    expect(() => comparePaired([1, NaN], [1, 2], { seed: 1 })).toThrow('pair 1');
  });
});
