import { describe, expect, test } from '@jest/globals';
import {
  apply,
  axisCodes,
  cornersOf,
  determinant,
  IDENTITY,
  invert,
  multiply,
  sameGrid,
  spacingMm,
  voxelMl,
} from '../../../functions/core/geometry/affine.ts';
import { createRandom } from '../../../functions/core/random.ts';
import type { Affine, Vec3 } from '../../../functions/core/volume/volume.ts';

/** i to the left in 2 mm, j to the back in 3 mm, k up in 5 mm. */
const LPS: Affine = [-2, 0, 0, 90, 0, -3, 0, 126, 0, 0, 5, -72, 0, 0, 0, 1];
/** A sagittal acquisition: i to the back, j up, k to the right. */
const PSR: Affine = [0, 0, 5, -60, -1, 0, 0, 100, 0, 1, 0, -90, 0, 0, 0, 1];

describe('affine maps', () => {
  test('carry a voxel to its place in the world', () => {
    expect(apply(LPS, [0, 0, 0])).toEqual([90, 126, -72]);
    expect(apply(LPS, [10, 2, 1])).toEqual([70, 120, -67]);
    expect(apply(PSR, [3, 4, 2])).toEqual([-50, 97, -86]);
  });

  test('compose right to left', () => {
    const double: Affine = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
    expect(apply(multiply(double, LPS), [1, 1, 1])).toEqual([176, 246, -134]);
    expect(apply(multiply(LPS, double), [1, 1, 1])).toEqual([86, 120, -62]);
  });

  test('undo themselves through their inverse, whatever they are', () => {
    const random = createRandom(11);
    for (let n = 0; n < 100; n++) {
      const m = [...Array.from({ length: 12 }, () => random.normal(0, 3)), 0, 0, 0, 1];
      if (Math.abs(determinant(m)) < 0.1) continue;
      const unit = multiply(invert(m), m);
      for (const [at, value] of unit.entries()) expect(value).toBeCloseTo(IDENTITY[at], 9);
      const point: Vec3 = [random.normal(0, 50), random.normal(0, 50), random.normal(0, 50)];
      const back = apply(m, apply(invert(m), point));
      for (const axis of [0, 1, 2]) expect(back[axis]).toBeCloseTo(point[axis], 7);
    }
  });

  test('have the determinant of their voxels, and none when flat', () => {
    expect(determinant(LPS)).toBe(30);
    expect(voxelMl(LPS)).toBeCloseTo(0.03, 12);
    expect(determinant(multiply(LPS, PSR))).toBeCloseTo(determinant(LPS) * determinant(PSR), 9);
    expect(() => invert([1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toThrow('singular');
  });

  test('tell voxel sizes and directions', () => {
    expect(spacingMm(LPS)).toEqual([2, 3, 5]);
    expect(axisCodes(LPS)).toBe('LPS');
    expect(axisCodes(PSR)).toBe('PSR');
    expect(axisCodes(IDENTITY)).toBe('RAS');
  });

  test('give each world axis to one voxel axis, also when oblique by nearly 45 degrees', () => {
    const c = Math.cos(0.75);
    const s = Math.sin(0.75); // 43 degrees around x; cos > sin, so j stays A
    expect(axisCodes([1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0, 0, 0, 0, 1])).toBe('RAS');
    expect(axisCodes([1, 0, 0, 0, 0, s, -c, 0, 0, c, s, 0, 0, 0, 0, 1])).toBe('RSP');
  });
});

describe('grids', () => {
  const grid = { shape: [10, 11, 12] as Vec3, affine: LPS };

  test('have eight corners', () => {
    const corners = cornersOf(grid.shape).map((corner) => corner.join());
    expect(new Set(corners).size).toBe(8);
    expect(corners).toContain('0,0,0');
    expect(corners).toContain('9,10,11');
  });

  test('are the same up to a thousandth of a millimetre, at every corner', () => {
    const moved = (mm: number) => ({ ...grid, affine: LPS.map((x, n) => (n === 3 ? x + mm : x)) });
    const stretched = (mm: number) => ({ ...grid, affine: LPS.map((x, n) => (n === 10 ? x + mm : x)) });
    expect(sameGrid(grid, moved(0.0009))).toBe(true);
    expect(sameGrid(grid, moved(0.0011))).toBe(false);
    expect(sameGrid(grid, stretched(0.00009))).toBe(true); // times 11 slices: 0.00099
    expect(sameGrid(grid, stretched(0.0001))).toBe(false);
    expect(sameGrid(grid, { ...grid, shape: [10, 11, 13] })).toBe(false);
  });
});
