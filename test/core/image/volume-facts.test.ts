import { expect, test } from '@jest/globals';
import { IDENTITY } from '../../../functions/core/geometry/affine.ts';
import { factsOf } from '../../../functions/core/image/volume-facts.ts';

const of = (...values: number[]) =>
  factsOf({ data: Float32Array.from(values), shape: [values.length, 1, 1], affine: IDENTITY });

test('facts count zeros in the range but not in the median', () => {
  expect(of(0, 0, 0, 4, 2, 9, 0, 0)).toEqual({ min: 0, median: 4, max: 9, nonzeroShare: 3 / 8, notFinite: 0 });
});

test('facts count what is not finite apart', () => {
  expect(of(Number.NaN, -3, Number.POSITIVE_INFINITY, 5)).toEqual({
    min: -3,
    median: 5,
    max: 5,
    nonzeroShare: 0.5,
    notFinite: 2,
  });
});

test('facts of nothing finite are zeros, not infinities', () => {
  expect(of(Number.NaN, Number.NaN)).toEqual({ min: 0, median: 0, max: 0, nonzeroShare: 0, notFinite: 2 });
});
