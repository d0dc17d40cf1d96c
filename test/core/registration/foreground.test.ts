import { describe, expect, test } from '@jest/globals';
import { apply } from '../../../functions/core/geometry/affine.ts';
import {
  centreOfForeground,
  cropToForeground,
  foreground,
  intensityRange,
} from '../../../functions/core/registration/foreground.ts';
import { shrink } from '../../../functions/core/registration/shrink.ts';
import { makeVolume } from '../../helpers/factories.ts';

/** A 4 × 6 × 8 block of 100 in faint air of 0 to 3, on 2 mm voxels. */
const AFFINE = [2, 0, 0, -10, 0, 2, 0, 5, 0, 0, 2, 1, 0, 0, 0, 1];
const inBlock = (i: number, j: number, k: number) => i >= 10 && i < 14 && j >= 8 && j < 14 && k >= 4 && k < 12;
const BLOCK = makeVolume([24, 24, 24], (i, j, k) => (inBlock(i, j, k) ? 100 : (i + j + k) % 4), AFFINE);

describe('foreground', () => {
  test('marks the tissue and not the noise of the air around it', () => {
    expect(foreground(BLOCK).reduce((sum, n) => sum + n, 0)).toBe(4 * 6 * 8);
  });

  test('takes a range that one hot voxel does not stretch', () => {
    // 0 twice, then 1 … 100, and one of 9999: of the 101 above the least, the 99th percentile is the 100th, 100.
    expect(intensityRange(Float32Array.from([0, 0, ...Array.from({ length: 100 }, (_, n) => n + 1), 9999]))).toEqual([
      0, 100,
    ]);
    expect(intensityRange(new Float32Array(5).fill(7))).toEqual([7, 7]);
  });
});

describe('cropToForeground', () => {
  test('cuts the tissue out with its margin, and leaves every voxel where it was in the world', () => {
    const cropped = cropToForeground(BLOCK, shrink(BLOCK, 4), 4);
    // Blocks of 2³ voxels that hold tissue end on it; 4 mm are 2 voxels more on every side.
    expect(cropped.shape).toEqual([4 + 4, 6 + 4, 8 + 4]);
    expect(apply(cropped.affine, [2, 2, 2])).toEqual(apply(AFFINE, [10, 8, 4]));
    expect(cropped.data[2 + 8 * (2 + 10 * 2)]).toBe(100);
  });

  test('leaves an image without tissue as it is', () => {
    const flat = makeVolume([8, 8, 8], () => 3);
    expect(cropToForeground(flat, shrink(flat, 4), 4)).toBe(flat);
  });
});

describe('centreOfForeground', () => {
  test('is the middle of the block in the world, or of the grid where there is no tissue', () => {
    expect(centreOfForeground(BLOCK)).toEqual(apply(AFFINE, [11.5, 10.5, 7.5]));
    expect(centreOfForeground(makeVolume([3, 5, 7]))).toEqual([1, 2, 3]);
  });
});
