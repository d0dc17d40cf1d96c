import { describe, expect, test } from '@jest/globals';
import { addReliability, calibrationError, reliability } from '../../../functions/core/evaluation/calibrate.ts';
import { createRandom } from '../../../functions/core/random.ts';

const PROBABILITY = Float32Array.of(0, 0.125, 0.375, 0.5, 0.5, 0.75, 1);
const REFERENCE = Uint8Array.of(0, 0, 1, 0, 1, 1, 1);

describe('the reliability of probabilities', () => {
  test('is what was expected and what was observed, bin by bin', () => {
    expect(reliability(PROBABILITY, REFERENCE, { bins: 4 })).toEqual([
      { low: 0, voxels: 2, expected: 0.125, observed: 0 },
      { low: 0.25, voxels: 1, expected: 0.375, observed: 1 },
      { low: 0.5, voxels: 2, expected: 1, observed: 1 },
      { low: 0.75, voxels: 2, expected: 1.75, observed: 2 },
    ]);
  });

  test('leaves out what is not within', () => {
    const within = Uint8Array.of(0, 1, 0, 0, 0, 0, 1);
    const [first, second] = reliability(PROBABILITY, REFERENCE, { within, bins: 2 });
    expect(first).toEqual({ low: 0, voxels: 1, expected: 0.125, observed: 0 });
    expect(second).toEqual({ low: 0.5, voxels: 1, expected: 1, observed: 1 });
  });

  test('errs by the mean distance of both, weighted by voxels', () => {
    // By hand: (0.125 + 0.625 + 0 + 0.25) / 7.
    expect(calibrationError(reliability(PROBABILITY, REFERENCE, { bins: 4 }))).toBeCloseTo(1 / 7, 12);
    expect(calibrationError(reliability(new Float32Array(0), new Uint8Array(0)))).toBeNull();
  });

  test('of two studies is that of their voxels in one', () => {
    const half = (from: number, to?: number) => reliability(PROBABILITY.slice(from, to), REFERENCE.slice(from, to));
    expect(addReliability([half(0, 3), half(3)])).toEqual(reliability(PROBABILITY, REFERENCE));
    expect(() => addReliability([half(0), reliability(PROBABILITY, REFERENCE, { bins: 4 })])).toThrow('different bins');
  });

  test('errs little where the truth is drawn as the probabilities say, and much where they exaggerate', () => {
    const random = createRandom(4);
    const probability = Float32Array.from({ length: 50_000 }, () => random.uniform());
    const truth = Uint8Array.from(probability, (p) => (random.uniform() < p ? 1 : 0));
    const modest = Uint8Array.from(probability, (p) => (random.uniform() < 0.25 + p / 2 ? 1 : 0));
    expect(calibrationError(reliability(probability, truth))).toBeLessThan(0.01);
    // |p - (1/4 + p/2)| is 1/8 on average; drawn 50,000 times, to 0.003 or so.
    expect(Math.abs(calibrationError(reliability(probability, modest))! - 0.125)).toBeLessThan(0.01);
  });
});
