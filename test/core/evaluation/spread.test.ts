import { expect, test } from '@jest/globals';
import { spreadOf } from '../../../functions/core/evaluation/spread.ts';

test('a spread is mean, sample deviation, median and range, with their n', () => {
  // By hand: deviations −3, −1, 0, 4 from 4: 26 / 3.
  expect(spreadOf([8, 1, 4, 3])).toEqual({ n: 4, mean: 4, sd: Math.sqrt(26 / 3), median: 3.5, least: 1, most: 8 });
});

test('a spread says nothing that its values cannot', () => {
  expect(spreadOf([2])).toEqual({ n: 1, mean: 2, sd: null, median: 2, least: 2, most: 2 });
  expect(spreadOf([])).toEqual({ n: 0, mean: null, sd: null, median: null, least: null, most: null });
});
