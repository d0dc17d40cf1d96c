import { describe, expect, test } from '@jest/globals';
import { apply, axisCodes, invert, multiply, spacingMm } from '../../../functions/core/geometry/affine.ts';
import { modelGrid } from '../../../functions/core/tiling/model-grid.ts';
import type { Affine, Grid } from '../../../functions/core/volume/volume.ts';
import { wholeVoxelMap } from '../../../functions/core/volume/voxel-map.ts';

const SPL_1MM = [1, 1, 1] as const;
/** BraTS's own: i to the left, j to the back, k up, 1 mm. */
const BRATS: Grid = { shape: [240, 240, 155], affine: [-1, 0, 0, 0, 0, -1, 0, 239, 0, 0, 1, 0, 0, 0, 0, 1] };
/** Sagittal: i to the back, j up, k to the right; 1 × 1 × 1 mm. */
const SAGITTAL: Grid = { shape: [256, 250, 170], affine: [0, 0, 1, -85, -1, 0, 0, 128, 0, 1, 0, -120, 0, 0, 0, 1] };

describe('the model grid', () => {
  test("is BraTS's own grid for a model of 1 mm with axes S, P, L", () => {
    const grid = modelGrid(BRATS, 'SPL', SPL_1MM);
    expect(grid).toEqual(BRATS);
  });

  test('keeps the voxels of a reference that lies another way, turned', () => {
    const grid = modelGrid(SAGITTAL, 'SPL', SPL_1MM);
    expect(axisCodes(grid.affine)).toBe('LPS');
    expect(grid.shape).toEqual([170, 256, 250]);
    expect(wholeVoxelMap(multiply(invert(SAGITTAL.affine), grid.affine), grid.shape)).toBeDefined();
    // Its first voxel is the reference's leftmost-to-be: i = 0, j = 0, k = 169 (right), since it runs to the left.
    expect(apply(grid.affine, [0, 0, 0])).toEqual(apply(SAGITTAL.affine, [0, 0, 169]));
  });

  test('covers the field of view of thick slices, around the same middle', () => {
    const thick: Grid = {
      shape: [256, 256, 5],
      affine: [-0.9, 0, 0, 115, 0, -0.9, 0, 120, 0, 0, 5.5, -10, 0, 0, 0, 1],
    };
    const grid = modelGrid(thick, 'SPL', [4, 1, 1]);
    expect(grid.shape).toEqual([231, 231, 7]); // 230.4 mm and 27.5 mm, rounded up
    expect(spacingMm(grid.affine)).toEqual([1, 1, 4]);
    const middle = (g: Grid) => apply(g.affine, [(g.shape[0] - 1) / 2, (g.shape[1] - 1) / 2, (g.shape[2] - 1) / 2]);
    for (const axis of [0, 1, 2]) expect(middle(grid)[axis]).toBeCloseTo(middle(thick)[axis], 9);
    const low = apply(invert(thick.affine), apply(grid.affine, [-0.5, -0.5, -0.5]));
    const high = apply(invert(thick.affine), apply(grid.affine, [230.5, 230.5, 6.5]));
    for (const axis of [0, 1, 2]) {
      expect(low[axis]).toBeLessThanOrEqual(-0.5 + 1e-9);
      expect(high[axis]).toBeGreaterThanOrEqual(thick.shape[axis] - 0.5 - 1e-9);
    }
  });

  test('keeps the axis that has the spacing already and changes the others', () => {
    const reference: Grid = { shape: [100, 90, 30], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1] };
    const grid = modelGrid(reference, 'SAR', SPL_1MM);
    expect(grid.shape).toEqual([100, 90, 90]);
    // The field of view begins at -1.5 mm, so the first slice of 1 mm has its centre at -1.
    for (const [n, x] of [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, -1, 0, 0, 0, 1].entries())
      expect(grid.affine[n]).toBeCloseTo(x, 9);
  });

  test('takes spacings that differ by less than 0.001 mm as the same', () => {
    const nearly = { ...BRATS, affine: BRATS.affine.map((x, n) => (n === 0 ? -1.0009 : x)) };
    expect(modelGrid(nearly, 'SPL', SPL_1MM).affine).toEqual(nearly.affine);
    const off = { ...BRATS, affine: BRATS.affine.map((x, n) => (n === 0 ? -1.0011 : x)) };
    expect(modelGrid(off, 'SPL', SPL_1MM).shape[0]).toBe(241);
  });

  test('stays in the plane of an oblique reference', () => {
    const [c, s] = [Math.cos(0.2), Math.sin(0.2)];
    const affine: Affine = [-1, 0, 0, 60, 0, -c, -s * 2, 80, 0, -s, c * 2, -40, 0, 0, 0, 1];
    const grid = modelGrid({ shape: [120, 130, 50], affine }, 'SPL', SPL_1MM);
    expect(grid.shape).toEqual([120, 130, 100]);
    const step = (column: number) => [grid.affine[column], grid.affine[4 + column], grid.affine[8 + column]];
    for (const [n, x] of [0, -s, c].entries()) expect(step(2)[n]).toBeCloseTo(x, 9);
    for (const [n, x] of [0, -c, -s].entries()) expect(step(1)[n]).toBeCloseTo(x, 9);
  });

  test('wants each direction once', () => {
    for (const axes of ['SPS', 'SP', 'SPX', 'SPLR']) expect(() => modelGrid(BRATS, axes, SPL_1MM)).toThrow(RangeError);
  });
});
