import { describe, expect, test } from '@jest/globals';
import { apply, axisCodes, spacingMm } from '../../../functions/core/geometry/affine.ts';
import { PHANTOM_SEQUENCES } from '../../../functions/core/phantom/contrasts.ts';
import { sequenceGrid } from '../../../functions/core/phantom/sequence-grid.ts';

describe('grids of the sequences', () => {
  test('have the voxels and the axis order of their protocols', () => {
    const grids = PHANTOM_SEQUENCES.map((sequence) => sequenceGrid(sequence, [180, 216, 180], [0, -17, 8], 1));
    expect(grids.map((grid) => axisCodes(grid.affine))).toEqual(['PSR', 'LPS', 'RAS', 'LAS']);
    expect(grids.map((grid) => grid.shape)).toEqual([
      [216, 180, 150],
      [180, 216, 180],
      [200, 240, 60],
      [200, 240, 60],
    ]);
    expect(spacingMm(grids[2].affine)).toEqual([0.9, 0.9, 3]);
  });

  test('lie with their middle at the centre', () => {
    for (const sequence of PHANTOM_SEQUENCES) {
      const { shape, affine } = sequenceGrid(sequence, [192, 224, 192], [0, -17, 8], 4);
      const middle = apply(affine, [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2]);
      for (const [axis, value] of [0, -17, 8].entries()) expect(middle[axis]).toBeCloseTo(value, 9);
    }
  });

  test('grow with the voxel size, slices only once it is above their thickness', () => {
    expect(spacingMm(sequenceGrid('T2', [192, 224, 192], [0, 0, 0], 2).affine)).toEqual([1.8, 1.8, 3]);
    expect(spacingMm(sequenceGrid('T2', [192, 224, 192], [0, 0, 0], 4).affine)).toEqual([3.6, 3.6, 4]);
  });
});
