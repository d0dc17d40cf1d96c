import { describe, expect, test } from '@jest/globals';
import { scoreRegion } from '../../../functions/core/evaluation/score-region.ts';
import { hd95Mm, surfaceDice, surfaceDistances } from '../../../functions/core/evaluation/surface-distances.ts';
import { BRAIN, EMPTY, GRID, MASK, maskBy, REFERENCE } from './two-masks.ts';

const SPACING = [1, 1.2, 2] as const;
const score = (mask: Uint8Array, reference: Uint8Array, probability?: Float32Array) =>
  scoreRegion({ grid: GRID, mask, reference, probability, brain: BRAIN });
const ball = (ci: number, cj: number, ck: number, radius = 6) =>
  maskBy((i, j, k) => (i - ci) ** 2 + (j - cj) ** 2 + (k - ck) ** 2 <= radius ** 2);

describe('the score of a region', () => {
  test('is what numpy and scipy give on two masks with holes, a miss and an invention', () => {
    // numpy 2.4, scipy 1.17: distance_transform_edt, binary_erosion, percentile on the same formulae.
    const probability = Float32Array.from(MASK, (v) => (v ? 0.75 : 0.125));
    const got = score(MASK, REFERENCE, probability);
    expect(got.dice).toBeCloseTo(0.7986171132238548, 12);
    expect(got.softDice).toBeCloseTo(0.6785696250928791, 12);
    expect(got.hd95Mm).toBeCloseTo(17.674123248978123, 5);
    expect(got.surfaceDice1mm).toBeCloseTo(0.39372716199756397, 12);
    expect(got.sensitivity).toBeCloseTo(0.7339158061953932, 12);
    expect(got.specificity).toBeCloseTo(0.9922158179333294, 12);
    expect(got.referenceMl).toBeCloseTo(9.0648, 9);
    expect(got.falseMl).toBeNull();
  });

  test('is perfect against itself', () => {
    expect(score(REFERENCE, REFERENCE, Float32Array.from(REFERENCE))).toMatchObject({
      dice: 1,
      softDice: 1,
      hd95Mm: 0,
      surfaceDice1mm: 1,
      sensitivity: 1,
      specificity: 1,
      falseMl: null,
    });
  });

  test('scores nothing where mask and reference are both empty', () => {
    const nothing = { dice: null, softDice: null, hd95Mm: null, surfaceDice1mm: null, sensitivity: null };
    const lesions = { dice: null, hd95Mm: null, found: 0, missed: 0, falsePositives: 0 };
    const expected = { ...nothing, specificity: null, referenceMl: 0, falseMl: null, lesions };
    expect(score(EMPTY, EMPTY, new Float32Array(EMPTY.length).fill(0.1))).toEqual(expected);
  });

  test('is 0 with the false millilitres where the reference alone is empty', () => {
    const got = score(MASK, EMPTY, Float32Array.from(MASK));
    expect(got).toMatchObject({ dice: 0, softDice: 0, hd95Mm: null, surfaceDice1mm: 0, sensitivity: null });
    expect(got.falseMl).toBeCloseTo(3165 * 0.0024, 9);
    expect(got.referenceMl).toBe(0);
  });

  test('is 0 with the missed millilitres where the mask alone is empty', () => {
    const got = score(EMPTY, REFERENCE, new Float32Array(EMPTY.length));
    expect(got).toMatchObject({ dice: 0, hd95Mm: null, surfaceDice1mm: 0, sensitivity: 0, specificity: 1 });
    expect(got.softDice).toBe(0);
    expect(got.falseMl).toBeCloseTo(9.0648, 9);
  });

  test('has no soft Dice without probabilities', () => {
    expect(score(MASK, REFERENCE).softDice).toBeNull();
  });

  test('has no specificity without a brain', () => {
    expect(scoreRegion({ grid: GRID, mask: MASK, reference: REFERENCE }).specificity).toBeNull();
  });

  test('tells of lesions too: one missed, two found, one invented', () => {
    expect(score(MASK, REFERENCE).lesions).toMatchObject({ found: 2, missed: 1, falsePositives: 1 });
  });
});

describe('distances between surfaces', () => {
  const between = (a: Uint8Array, b: Uint8Array) => surfaceDistances(a, b, GRID.shape, SPACING)!;

  test('are the shift of a plane, in mm along its own axis', () => {
    const plane = (at: number) => maskBy((_i, _j, k) => k === at);
    expect(hd95Mm(between(plane(10), plane(13)))).toBe(6);
    expect(surfaceDice(between(plane(10), plane(13)), 6)).toBe(1);
    expect(surfaceDice(between(plane(10), plane(13)), 5.9)).toBe(0);
  });

  test('give the same HD95 and surface Dice both ways', () => {
    const [there, back] = [between(MASK, REFERENCE), between(REFERENCE, MASK)];
    expect(hd95Mm(there)).toBe(hd95Mm(back));
    expect(surfaceDice(there, 1)).toBe(surfaceDice(back, 1));
    expect(there.fromMask).toEqual(back.fromReference);
  });

  test('do not change when both masks move together, even against the border', () => {
    const [a, b] = [between(ball(12, 14, 10), ball(14, 15, 11, 5)), between(ball(6, 6, 6), ball(8, 7, 7, 5))];
    expect(hd95Mm(a)).toBe(hd95Mm(b));
    expect(surfaceDice(a, 1)).toBe(surfaceDice(b, 1));
  });

  test('count a tolerance as met in spite of rounding in the voxel size', () => {
    const plane = (at: number) => maskBy((i) => i === at);
    const { fromMask, fromReference } = surfaceDistances(plane(3), plane(4), GRID.shape, [1.0000001, 1, 1])!;
    expect(surfaceDice({ fromMask, fromReference }, 1)).toBe(1);
  });

  test('are not there when a mask is empty', () => {
    expect(surfaceDistances(EMPTY, REFERENCE, GRID.shape, SPACING)).toBeUndefined();
    expect(surfaceDistances(REFERENCE, EMPTY, GRID.shape, SPACING)).toBeUndefined();
  });
});
