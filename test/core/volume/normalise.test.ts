import { describe, expect, test } from '@jest/globals';
import { statisticsOf, zScore, zScores } from '../../../functions/core/volume/normalise.ts';

describe('z-scores', () => {
  test('have the mean and population deviation of the non-zero brain voxels, by hand', () => {
    const values = Float32Array.from([0, 2, 4, 4, 4, 5, 5, 7, 9, 0]);
    const brain = Uint8Array.from([0, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    // The textbook example: mean 5, deviation 2.
    expect(statisticsOf(values, brain, false)).toEqual({ count: 8, mean: 5, deviation: 2 });
    expect([...zScore(values, brain)]).toEqual([0, -1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2, 0]);
  });

  test('count a zero inside the brain as a value, but not among the statistics', () => {
    const values = Float32Array.from([1, 3, 0, 0]);
    const brain = Uint8Array.from([1, 1, 1, 0]);
    expect([...zScore(values, brain)]).toEqual([-1, 1, -2, 0]); // mean 2, deviation 1
  });

  test('leave everything outside the brain zero', () => {
    const values = Float32Array.from([1, 3, 500, -20]);
    const brain = Uint8Array.from([1, 1, 0, 0]);
    expect([...zScore(values, brain)]).toEqual([-1, 1, 0, 0]);
  });

  test('stay finite for a constant sequence and for one without signal', () => {
    const brain = Uint8Array.from([1, 1, 1]);
    expect([...zScore(Float32Array.from([4, 4, 0]), brain)]).toEqual([0, 0, -4]);
    expect([...zScore(new Float32Array(3), brain)]).toEqual([0, 0, 0]);
  });

  test('do not lose digits over millions of large values', () => {
    // 2,000,000 values of 30,000 ± 1: float32 sums would stop at 6e10 with steps of 4,096.
    const values = Int16Array.from({ length: 2_000_000 }, (_, n) => (n % 2 === 0 ? 29_999 : 30_001));
    const { mean, deviation } = statisticsOf(values, new Uint8Array(values.length).fill(1), false);
    expect(mean).toBe(30_000);
    expect(deviation).toBe(1);
  });

  test('refuse a mask of another size', () => {
    expect(() => zScore(new Float32Array(4), new Uint8Array(5))).toThrow('mask of 5 voxels on a volume of 4');
  });
});

describe('the z-scores of other frameworks', () => {
  // A row of seven voxels; the third and the last lie outside the brain, the fifth is zero in the second sequence alone.
  const brain = Uint8Array.from([1, 1, 0, 1, 1, 1, 0]);
  const second = Float32Array.from([1, 3, 0, 1, 0, 3, 0]);
  const of = (mask: 'nonzero' | 'own' | 'brain' | 'all') => [...[...zScores([second], brain, [7, 1, 1], mask)][0]];

  test('are told apart by whose voxels they count and change, by hand', () => {
    // 1, 3, 1, 3: mean 2, deviation 1.
    expect(of('nonzero')).toEqual([-1, 1, 0, -1, -2, 1, 0]);
    expect(of('own')).toEqual([-1, 1, 0, -1, 0, 1, 0]);
  });

  test('count zeros where nnU-Net does: in the brain with its holes filled, or everywhere', () => {
    // Every voxel of a row of 7×1×1 lies at the border, so nothing is enclosed: 1, 3, 1, 0, 3 have the mean 1.6, deviation 1.2.
    for (const [n, z] of [-0.5, 7 / 6, 0, -0.5, -4 / 3, 7 / 6, 0].entries()) expect(of('brain')[n]).toBeCloseTo(z, 6);
    // 1, 3, 0, 1, 0, 3, 0: mean 8/7, variance 20/7 - 64/49 = 76/49.
    const z = (x: number) => (x - 8 / 7) / Math.sqrt(76 / 49);
    for (const [n, x] of second.entries()) expect(of('all')[n]).toBeCloseTo(z(x), 6);
  });

  test('give a hole inside the brain the value that all of it gives', () => {
    const box = new Uint8Array(27).fill(1);
    box[13] = 0;
    const values = Float32Array.from({ length: 27 }, (_, n) => (n === 13 ? 0 : n % 2 === 0 ? 2 : 4));
    const [z] = zScores([values], box, [3, 3, 3], 'brain');
    // 14 even places have 2, 12 odd ones 4, and the middle 0.
    const mean = (14 * 2 + 12 * 4) / 27;
    const deviation = Math.sqrt((14 * 4 + 12 * 16) / 27 - mean ** 2);
    expect(z[13]).toBeCloseTo(-mean / deviation, 6);
  });
});
