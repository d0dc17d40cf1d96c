import { apply, cornersOf, IDENTITY, invert, multiply } from '../geometry/affine.ts';
import type { Affine, Grid, Vec3 } from './volume.ts';

/** Voxel maps nearer than this to a whole-voxel one, anywhere on the grid, are taken as that. Header noise is smaller. */
const WHOLE_VOXEL_TOLERANCE = 1e-4;

/**
 * Voxel index of the target -> voxel index of the source:
 *
 *   target voxel --target.affine--> target world --targetToSource--> source world --inverse of source.affine--> source voxel
 */
export function voxelMap(source: Grid, target: Grid, targetToSource: Affine = IDENTITY): Affine {
  return multiply(invert(source.affine), multiply(targetToSource, target.affine));
}

/**
 * The whole-voxel map nearest to `map` (axes permuted or flipped, shifted by whole voxels), where the two agree to
 * 1e-4 voxel over the whole of `shape`; undefined where they don't, and values have to be interpolated.
 */
export function wholeVoxelMap(map: Affine, shape: Vec3): Affine | undefined {
  const whole = map.map((x) => Math.round(x) + 0); // + 0: no negative zero
  if (!isSignedPermutation(whole)) return undefined;
  const near = cornersOf(shape).every((corner) => {
    const exact = apply(map, corner);
    return apply(whole, corner).every((x, axis) => Math.abs(x - exact[axis]) <= WHOLE_VOXEL_TOLERANCE);
  });
  return near ? whole : undefined;
}

function isSignedPermutation(m: Affine): boolean {
  const one = (a: number, b: number, c: number) => Math.abs(a) + Math.abs(b) + Math.abs(c) === 1;
  return [0, 1, 2].every((n) => one(m[4 * n], m[4 * n + 1], m[4 * n + 2]) && one(m[n], m[4 + n], m[8 + n]));
}

/**
 * First and last i along one row, so that start + i·step lies in [low, high]: [from, to), empty where from >= to.
 * `ni` bounds i from above.
 */
export function rowRange(start: number, step: number, low: number, high: number, ni: number): [number, number] {
  if (Math.abs(step) < 1e-12) return start >= low && start <= high ? [0, ni] : [0, 0];
  const a = (low - start) / step;
  const b = (high - start) / step;
  return [Math.max(0, Math.ceil(Math.min(a, b))), Math.min(ni, Math.floor(Math.max(a, b)) + 1)];
}
