import { describe, expect, test } from '@jest/globals';
import { nonZeroStatistics, zScore } from '../../../functions/core/volume/normalise.ts';

describe('z-scores', () => {
  test('have the mean and population deviation of the non-zero brain voxels, by hand', () => {
    const values = Float32Array.from([0, 2, 4, 4, 4, 5, 5, 7, 9, 0]);
    const brain = Uint8Array.from([0, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    // The textbook example: mean 5, deviation 2.
    expect(nonZeroStatistics(values, brain)).toEqual({ count: 8, mean: 5, deviation: 2 });
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
    const { mean, deviation } = nonZeroStatistics(values, new Uint8Array(values.length).fill(1));
    expect(mean).toBe(30_000);
    expect(deviation).toBe(1);
  });

  test('refuse a mask of another size', () => {
    expect(() => zScore(new Float32Array(4), new Uint8Array(5))).toThrow('mask of 5 voxels on a volume of 4');
  });
});
