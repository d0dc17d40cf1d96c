import { expect, test } from '@jest/globals';
import { RIGID_PARAMETERS } from '../../../functions/core/registration/parameter-map.ts';

test('the seed is fixed and every value is a text in a list, as elastix reads them', () => {
  expect(Number(RIGID_PARAMETERS.RandomSeed[0])).toBeGreaterThan(0);
  for (const values of Object.values(RIGID_PARAMETERS)) for (const value of values) expect(typeof value).toBe('string');
});
