import { describe, expect, test } from '@jest/globals';
import { scoreLesions, UNMATCHED_MM } from '../../../functions/core/evaluation/score-lesions.ts';
import { EMPTY, GRID, MASK, maskBy, REFERENCE } from './two-masks.ts';

const cube = (i: number, j: number, k: number, size = 4) =>
  maskBy((a, b, c) => [a - i, b - j, c - k].every((x) => x >= 0 && x < size));
const both = (...masks: Uint8Array[]) => masks[0].map((_, n) => (masks.some((mask) => mask[n] !== 0) ? 1 : 0));

describe('lesion-wise scores', () => {
  test('are what an independent version with scipy gives: one lesion missed, two found, one invented', () => {
    const got = scoreLesions(MASK, REFERENCE, GRID);
    // Dice 0, 0.8118, 0.6154 and one false positive: over 4. HD95 374, 6.447, 1.2 and 374.
    expect(got.dice).toBeCloseTo(0.35679166194630113, 12);
    expect(got.hd95Mm).toBeCloseTo(188.911828393222, 4);
    expect(got).toMatchObject({ found: 2, missed: 1, falsePositives: 1 });
  });

  test('weigh a small lesion as much as a large one', () => {
    // 10 × 10 × 10 found exactly, 4 × 4 × 4 (153.6 mm³) missed.
    const got = scoreLesions(cube(2, 2, 2, 10), both(cube(2, 2, 2, 10), cube(30, 30, 30)), GRID);
    expect(got).toEqual({ dice: 0.5, hd95Mm: UNMATCHED_MM / 2, found: 1, missed: 1, falsePositives: 0 });
  });

  test('take pieces of the reference up to six voxels apart as one lesion', () => {
    // Dilated by three each, cubes with a gap of six touch; with a gap of eight they don't.
    const pair = (gap: number) => both(cube(5, 20, 20), cube(9 + gap, 20, 20));
    expect(scoreLesions(pair(6), pair(6), GRID)).toMatchObject({ dice: 1, found: 1 });
    expect(scoreLesions(pair(8), pair(8), GRID)).toMatchObject({ dice: 1, found: 2 });
  });

  test('let a piece beside a lesion, within its dilation, be part of it and no false positive', () => {
    const lesion = cube(10, 10, 10);
    const beside = scoreLesions(both(lesion, cube(16, 10, 10, 1)), lesion, GRID);
    expect(beside).toMatchObject({ dice: 128 / 129, falsePositives: 0 });
    expect(scoreLesions(both(lesion, cube(17, 10, 10, 1)), lesion, GRID)).toMatchObject({
      dice: 0.5,
      falsePositives: 1,
    });
  });

  test('leave lesions up to 50 mm³ out, with the pieces that found them', () => {
    const tiny = cube(10, 10, 10, 2); // 8 voxels of 2.4 mm³
    const none = { dice: null, hd95Mm: null, found: 0, missed: 0, falsePositives: 0 };
    expect(scoreLesions(tiny, tiny, GRID)).toEqual(none);
    expect(scoreLesions(EMPTY, tiny, GRID)).toEqual(none);
  });

  test('are null where there is nothing, and 0 where there is nothing but inventions', () => {
    expect(scoreLesions(EMPTY, EMPTY, GRID)).toMatchObject({ dice: null, hd95Mm: null });
    expect(scoreLesions(cube(1, 1, 1), EMPTY, GRID)).toMatchObject({
      dice: 0,
      hd95Mm: UNMATCHED_MM,
      falsePositives: 1,
    });
  });
});
