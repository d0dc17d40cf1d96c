import { describe, expect, test } from '@jest/globals';
import { countOverlap, dice, sensitivity, softDice, specificity } from '../../../functions/core/evaluation/overlap.ts';
import { percentile } from '../../../functions/core/evaluation/percentile.ts';
import { createRandom } from '../../../functions/core/random.ts';

const MASK = Uint8Array.from([1, 1, 1, 0, 0, 0, 0, 0]);
const REFERENCE = Uint8Array.from([0, 1, 1, 1, 1, 0, 0, 0]);

describe('overlap', () => {
  const overlap = countOverlap(MASK, REFERENCE);

  test('counts the four kinds of voxels', () => {
    expect(overlap).toEqual({ both: 2, maskOnly: 1, referenceOnly: 2, neither: 3 });
  });

  test('gives Dice, sensitivity and specificity by hand', () => {
    expect(dice(overlap)).toBeCloseTo(4 / 7, 12);
    expect(sensitivity(overlap)).toBe(0.5);
    expect(specificity(overlap)).toBe(0.75);
  });

  test('counts inside a brain only, where asked', () => {
    const brain = Uint8Array.from([0, 1, 1, 1, 1, 1, 0, 0]);
    expect(countOverlap(MASK, REFERENCE, brain)).toEqual({ both: 2, maskOnly: 0, referenceOnly: 2, neither: 1 });
  });

  test('has the same Dice both ways, and sensitivity one way is precision the other', () => {
    const random = createRandom(9);
    for (let n = 0; n < 20; n++) {
      const [a, b] = [0.3, 0.6].map((p) => Uint8Array.from({ length: 200 }, () => (random.uniform() < p ? 1 : 0)));
      expect(dice(countOverlap(a, b))).toBe(dice(countOverlap(b, a)));
      const { both, maskOnly } = countOverlap(a, b);
      expect(sensitivity(countOverlap(b, a))).toBe(both / (both + maskOnly));
      expect(dice(countOverlap(a, a))).toBe(1);
    }
  });

  test('is null where there is nothing to divide by', () => {
    const nothing = countOverlap(new Uint8Array(3), new Uint8Array(3));
    expect([dice(nothing), sensitivity(nothing), specificity(nothing)]).toEqual([null, null, 1]);
    const all = countOverlap(Uint8Array.from([1, 1]), Uint8Array.from([1, 1]));
    expect(specificity(all)).toBeNull();
  });

  test('wants arrays of one length', () => {
    expect(() => countOverlap(new Uint8Array(3), new Uint8Array(4))).toThrow(
      'mask of 3 voxels against a reference of 4',
    );
  });
});

describe('soft Dice', () => {
  test('has squared denominators, by hand', () => {
    const p = Float32Array.from([0.5, 1, 0.25, 0]);
    // 2 · (1 + 0.25) / (0.25 + 1 + 0.0625 + 2)
    expect(softDice(p, Uint8Array.from([0, 1, 1, 0]))).toBeCloseTo(2.5 / 3.3125, 12);
  });

  test('is Dice when probabilities are 0 or 1, and null when all is empty', () => {
    expect(softDice(Float32Array.from(MASK), REFERENCE)).toBe(dice(countOverlap(MASK, REFERENCE)));
    expect(softDice(new Float32Array(4), new Uint8Array(4))).toBeNull();
  });
});

describe('percentiles', () => {
  test("are numpy's default", () => {
    expect(percentile([4, 1, 3, 2], 50)).toBe(2.5);
    expect(percentile([4, 1, 3, 2], 95)).toBeCloseTo(3.85, 12); // numpy.percentile([4, 1, 3, 2], 95)
    expect(percentile([10, 2], 0)).toBe(2);
    expect(percentile([10, 2], 100)).toBe(10);
    expect(percentile([7], 95)).toBe(7);
    expect(() => percentile([], 50)).toThrow(RangeError);
  });
});
