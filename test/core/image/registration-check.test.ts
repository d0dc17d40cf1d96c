import { expect, test } from '@jest/globals';
import { IDENTITY, invert, multiply } from '../../../functions/core/geometry/affine.ts';
import { drawRegistrationCheck } from '../../../functions/core/image/registration-check.ts';
import type { Affine } from '../../../functions/core/volume/volume.ts';
import { ballStudy } from '../../report/report-study.ts';

const reference = ballStudy().volumes.T1ce!;
/** 12° about the vertical axis and a shift in mm. */
const moved: Affine = [0.9781476, -0.2079117, 0, 14, 0.2079117, 0.9781476, 0, -9, 0, 0, 1, 6, 0, 0, 0, 1];

test('a volume that lies on itself makes a checkerboard without squares', () => {
  const { before, after } = drawRegistrationCheck(reference, reference, IDENTITY);
  expect(before).toEqual(after);
  expect(before.data.some((v) => v > 100)).toBe(true);
});

test('the found map brings a moved copy back, and its inverse does not', () => {
  const still = drawRegistrationCheck(reference, reference, IDENTITY).after.data;
  const copy = { ...reference, affine: multiply(moved, reference.affine) };
  const difference = (matrix: Affine) => {
    const { after } = drawRegistrationCheck(reference, copy, matrix);
    return after.data.reduce((sum, v, n) => sum + Math.abs(v - still[n]), 0) / still.length;
  };
  expect(difference(moved)).toBeLessThan(0.5); // grey levels, from rounding in the affine's inverse
  expect(difference(IDENTITY)).toBeGreaterThan(10);
  expect(difference(invert(moved))).toBeGreaterThan(10);
});
