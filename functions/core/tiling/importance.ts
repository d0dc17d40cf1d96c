import type { Dhw } from './dhw.ts';

/** Weight at the middle of a tile. Whole numbers, so that sums of them are exact in whatever order they are made. */
export const PEAK_WEIGHT = 2 ** 16;

/** Standard deviation as a share of the tile's length, as in MONAI's and nnU-Net's sliding windows. */
const SIGMA = 0.125;

/** `compute_importance_map` of MONAI 1.6.1, of a Gaussian that would be 1 in the very middle, between two voxels. */
const MONAI_FLOOR = 1e-3;

export type TileWeights = 'gaussian' | 'nnunet' | 'monai' | 'constant';

/**
 * How much each voxel of a tile counts where tiles overlap: a Gaussian around the tile's middle, as whole numbers from
 * 1 (the far corners, which only ever decide where no other tile sees) to 65,536. Along D of a slab of slices, which
 * see nothing of each other, it is flat.
 *
 * nnU-Net's Gaussian peaks on the upper one of the two voxels in the middle of an even side; where tiles disagree, that
 * half voxel is seen. MONAI's is at least a thousandth. Constant weights are 1 everywhere.
 *
 * @returns weights of shape D × H × W
 */
export function importanceWeights(tile: Dhw, dims: 2 | 3, weights: TileWeights = 'gaussian'): Int32Array {
  const [depth, height, width] = tile;
  if (weights === 'constant') return new Int32Array(depth * height * width).fill(1);
  const least = weights === 'monai' ? monaiFloor(tile, dims) : 1;
  const peaked = (n: number) => gaussian(n, weights === 'nnunet' ? Math.floor(n / 2) : (n - 1) / 2);
  const alongD = dims === 3 ? peaked(depth) : new Float64Array(depth).fill(1);
  const alongH = peaked(height);
  const alongW = peaked(width);
  const out = new Int32Array(depth * height * width);
  for (let d = 0, n = 0; d < depth; d++)
    for (let h = 0; h < height; h++)
      for (let w = 0; w < width; w++, n++)
        out[n] = Math.max(least, Math.round(PEAK_WEIGHT * alongD[d] * alongH[h] * alongW[w]));
  return out;
}

/** exp(-(x - middle)² / 2σ²) at the n voxels of one axis; 1 at the voxel or the two voxels in the middle. */
function gaussian(n: number, middle: number): Float64Array {
  const nearest = middle % 1;
  const at = (x: number) => Math.exp(-0.5 * (x / (SIGMA * n)) ** 2);
  return Float64Array.from({ length: n }, (_, x) => at(x - middle) / at(nearest));
}

function monaiFloor(tile: Dhw, dims: 2 | 3): number {
  const nearest = tile.slice(-dims).map((n) => Math.exp(-0.5 * ((n % 2 === 0 ? 0.5 : 0) / (SIGMA * n)) ** 2));
  return Math.round((PEAK_WEIGHT * MONAI_FLOOR) / nearest.reduce((product, w) => product * w, 1));
}
