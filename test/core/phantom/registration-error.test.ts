import { describe, expect, test } from '@jest/globals';
import { IDENTITY } from '../../../functions/core/geometry/affine.ts';
import { registrationErrorMm } from '../../../functions/core/phantom/registration-error.ts';
import type { Affine } from '../../../functions/core/volume/volume.ts';

describe('registration error', () => {
  test('of equal transforms is 0, and of a shift its length', () => {
    const shifted: Affine = [1, 0, 0, 2, 0, 1, 0, 3, 0, 0, 1, 6, 0, 0, 0, 1];
    const points = [
      [0, 0, 0],
      [10, -20, 30],
    ] as const;
    expect(registrationErrorMm(shifted, shifted, points)).toEqual({ mean: 0, max: 0 });
    expect(registrationErrorMm(IDENTITY, shifted, points)).toEqual({ mean: 7, max: 7 });
  });

  test('grows with the distance from the axis of a wrong turn', () => {
    // A half turn about z carries (5, 0, 0) 10 mm away and leaves (0, 0, 9) where it is.
    const halfTurn: Affine = [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const points = [
      [5, 0, 0],
      [0, 0, 9],
    ] as const;
    expect(registrationErrorMm(IDENTITY, halfTurn, points)).toEqual({ mean: 5, max: 10 });
  });

  test('cannot be told without points', () => {
    expect(() => registrationErrorMm(IDENTITY, IDENTITY, [])).toThrow(RangeError);
  });
});
