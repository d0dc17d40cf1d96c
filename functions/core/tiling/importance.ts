import type { Dhw } from './dhw.ts';

/** Weight at the middle of a tile. Whole numbers, so that sums of them are exact in whatever order they are made. */
export const PEAK_WEIGHT = 2 ** 16;

/** Standard deviation as a share of the tile's length, as in MONAI's and nnU-Net's sliding windows. */
const SIGMA = 0.125;

/**
 * How much each voxel of a tile counts where tiles overlap: a Gaussian around the tile's middle, as whole numbers from
 * 1 (the far corners, which only ever decide where no other tile sees) to 65,536. Along D of a slab of slices, which
 * see nothing of each other, it is flat.
 *
 * @returns weights of shape D × H × W
 */
export function importanceWeights(tile: Dhw, dims: 2 | 3): Int32Array {
  const [depth, height, width] = tile;
  const alongD = dims === 3 ? gaussian(depth) : new Float64Array(depth).fill(1);
  const alongH = gaussian(height);
  const alongW = gaussian(width);
  const out = new Int32Array(depth * height * width);
  for (let d = 0, n = 0; d < depth; d++)
    for (let h = 0; h < height; h++)
      for (let w = 0; w < width; w++, n++)
        out[n] = Math.max(1, Math.round(PEAK_WEIGHT * alongD[d] * alongH[h] * alongW[w]));
  return out;
}

/** exp(-(x - middle)² / 2σ²) at the n voxels of one axis; 1 at the voxel or the two voxels in the middle. */
function gaussian(n: number): Float64Array {
  const middle = (n - 1) / 2;
  const nearest = n % 2 === 0 ? 0.5 : 0;
  const at = (x: number) => Math.exp(-0.5 * (x / (SIGMA * n)) ** 2);
  return Float64Array.from({ length: n }, (_, x) => at(x - middle) / at(nearest));
}
