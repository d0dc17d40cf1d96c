import type { Vec3 } from '../volume/volume.ts';
import { voxelsIn } from '../volume/volume.ts';
import type { Dhw } from './dhw.ts';
import { reversed } from './dhw.ts';

/** One tile of a plan. */
export interface Tile {
  /** Running number with leading zeros: ids sort in the plan's order. */
  id: string;
  /** First voxel along D, H, W; negative where the tile is larger than the grid. */
  origin: Dhw;
}

/**
 * Where tiles start along one axis: every round(tile · (1 - overlap)) voxels, the last one moved back to end with the
 * axis, as MONAI's sliding window does:
 *
 *   axis    0 . . . . . . . . . . . . . 14       15 voxels, tile 6, overlap 0.5
 *   tiles   |----0----|
 *                 |----3----|
 *                       |----6----|
 *                             |----9----|         ends at 14: the axis is covered
 *
 * Evenly spread, as nnU-Net has them, they are as few, at most that step apart, and none is moved more than others.
 *
 * A tile longer than the axis lies around its middle: starts at -floor((tile - axis) / 2).
 */
export function tileStarts(
  axisVoxels: number,
  tileVoxels: number,
  overlap: number,
  steps: 'fixed' | 'even' = 'fixed',
): number[] {
  if (!(overlap >= 0 && overlap < 1)) throw new RangeError(`overlap is ${overlap}: expected 0 up to below 1`);
  if (!(Number.isInteger(tileVoxels) && tileVoxels > 0)) throw new RangeError(`tile of ${tileVoxels} voxels`);
  const spare = axisVoxels - tileVoxels;
  if (spare <= 0) return [Math.ceil(spare / 2) + 0]; // + 0: no negative zero
  if (steps === 'even') return evenStarts(spare, tileVoxels * (1 - overlap));
  const step = Math.max(1, Math.round(tileVoxels * (1 - overlap)));
  const starts: number[] = [];
  for (let start = 0; start < spare; start += step) starts.push(start);
  return [...starts, spare];
}

/** From 0 to `spare`, both included, at most `step` apart. */
function evenStarts(spare: number, step: number): number[] {
  const gaps = Math.ceil(spare / Math.max(1, step));
  return Array.from({ length: gaps + 1 }, (_, n) => roundHalfToEven((spare / gaps) * n));
}

/** As numpy rounds: 22.5 -> 22, 23.5 -> 24. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
}

/**
 * The tiles that together cover a mask, ordered by D, then H, then W. Tiles without a voxel of the mask are left out.
 * For a 2D model a tile is a slab of slices: its depth is slices a slab, and its overlap along D is 0.
 *
 * @param shape of the grid and the mask, along i, j, k = W, H, D
 * @param tile, overlap along D, H, W; overlap as a fraction of the tile, 0 up to below 1
 * @param mask the brain, non-zero inside
 * @param steps whether tiles are a fixed step apart or evenly spread
 * @throws RangeError for a mask of another size, or an overlap or a tile out of range
 */
export function planTiles(
  shape: Vec3,
  tile: Dhw,
  overlap: Dhw,
  mask: Uint8Array,
  steps: 'fixed' | 'even' = 'fixed',
): Tile[] {
  if (mask.length !== voxelsIn(shape))
    throw new RangeError(`mask of ${mask.length} voxels on a grid of ${shape.join(' × ')}`);
  const [depths, heights, widths] = reversed(shape).map((n, axis) => tileStarts(n, tile[axis], overlap[axis], steps));
  const all = depths.flatMap((d) => heights.flatMap((h) => widths.map((w): Dhw => [d, h, w])));
  const origins = all.filter((origin) => hasMask(mask, shape, origin, tile));
  const digits = Math.max(4, String(origins.length).length);
  return origins.map((origin, n) => ({ id: String(n).padStart(digits, '0'), origin }));
}

function hasMask(mask: Uint8Array, [ni, nj, nk]: Vec3, origin: Dhw, tile: Dhw): boolean {
  const [d0, h0, w0] = origin.map((o) => Math.max(0, o));
  const d1 = Math.min(nk, origin[0] + tile[0]);
  const h1 = Math.min(nj, origin[1] + tile[1]);
  const w1 = Math.min(ni, origin[2] + tile[2]);
  for (let d = d0; d < d1; d++)
    for (let h = h0; h < h1; h++) {
      const row = ni * (h + nj * d);
      for (let w = w0; w < w1; w++) if (mask[row + w] !== 0) return true;
    }
  return false;
}
