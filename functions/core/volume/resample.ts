import type { Affine, Grid, Volume, VoxelData } from './volume.ts';
import { voxelsIn } from './volume.ts';
import { rowRange, voxelMap, wholeVoxelMap } from './voxel-map.ts';

export interface ResampleOptions {
  /** `nearest` for masks and labels. Default `linear`. */
  interpolation?: 'linear' | 'nearest';
  /** What target voxels get that lie outside the source's field of view. Default 0. */
  outside?: number;
}

/** Points this much beyond the field of view still count as in it: rounding must not eat a border. In voxels. */
const EDGE_SLACK = 1e-4;

/**
 * The source's values at the target's voxels.
 *
 * Where the two grids share their voxels (axes permuted or flipped, shifted by whole voxels) values are copied, bit for
 * bit. Elsewhere: trilinear or nearest. The field of view ends half a voxel beyond the outermost voxel centres, and in
 * that last half voxel the outermost value is kept; beyond it stands `outside`.
 * Does not smooth first: a target much coarser than the source (above 1.5 ×) picks points and aliases.
 *
 * @param targetToSource target world -> source world, RAS mm; identity by default
 * @returns a volume on the target's grid, shape (ni, nj, nk)
 */
export function resample(
  source: Volume<VoxelData>,
  target: Grid,
  targetToSource?: Affine,
  { interpolation = 'linear', outside = 0 }: ResampleOptions = {},
): Volume<Float32Array> {
  const map = voxelMap(source, target, targetToSource);
  const data = new Float32Array(voxelsIn(target.shape));
  if (outside !== 0) data.fill(outside);
  const whole = wholeVoxelMap(map, target.shape);
  const fillRow = whole ? copyRow : interpolation === 'nearest' ? nearestRow : linearRow;
  forEachRow(source, target, whole ?? map, (out, count, x, y, z, dx, dy, dz) =>
    fillRow(source, data, out, count, x, y, z, dx, dy, dz),
  );
  return { shape: target.shape, affine: target.affine, data };
}

type FillRow = (
  ...args: [out: number, count: number, x: number, y: number, z: number, dx: number, dy: number, dz: number]
) => void;

/**
 * For each row of target voxels along i, the piece of it that lies in the source's field of view: where it starts in
 * the target (`out`), its length, the source voxel (x, y, z) it starts at and the step (dx, dy, dz) from one to the next.
 */
function forEachRow(source: Grid, target: Grid, map: Affine, fill: FillRow): void {
  const [ni, nj, nk] = target.shape;
  const [dx, dy, dz] = [map[0], map[4], map[8]];
  const high = source.shape.map((n) => n - 0.5 + EDGE_SLACK);
  const low = -0.5 - EDGE_SLACK;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const x = map[1] * j + map[2] * k + map[3];
      const y = map[5] * j + map[6] * k + map[7];
      const z = map[9] * j + map[10] * k + map[11];
      const inX = rowRange(x, dx, low, high[0], ni);
      const inY = rowRange(y, dy, low, high[1], ni);
      const inZ = rowRange(z, dz, low, high[2], ni);
      const from = Math.max(inX[0], inY[0], inZ[0]);
      const to = Math.min(inX[1], inY[1], inZ[1]);
      if (from < to) fill(from + ni * (j + nj * k), to - from, x + from * dx, y + from * dy, z + from * dz, dx, dy, dz);
    }
}

/** Every point is a voxel of the source: from one to the next it is always the same way. */
function copyRow(
  { data: values, shape: [ni, nj] }: Volume<VoxelData>,
  into: Float32Array,
  out: number,
  count: number,
  x: number,
  y: number,
  z: number,
  dx: number,
  dy: number,
  dz: number,
): void {
  const first = x + ni * (y + nj * z);
  const step = dx + ni * (dy + nj * dz);
  if (step === 1) into.set(values.subarray(first, first + count), out);
  else for (let n = 0; n < count; n++) into[out + n] = values[first + n * step];
}

function nearestRow(
  { data: values, shape: [ni, nj, nk] }: Volume<VoxelData>,
  into: Float32Array,
  out: number,
  count: number,
  x: number,
  y: number,
  z: number,
  dx: number,
  dy: number,
  dz: number,
): void {
  const index = (at: number, n: number) => (at < 0 ? 0 : Math.min(Math.floor(at + 0.5), n - 1));
  for (let n = 0; n < count; n++) {
    const i = index(x + n * dx, ni);
    const j = index(y + n * dy, nj);
    const k = index(z + n * dz, nk);
    into[out + n] = values[i + ni * (j + nj * k)];
  }
}

/**
 * The eight neighbours of a point, from the corner (i, j, k) below it:
 *
 *   offset       p         p + di      p + dj      p + di + dj    and the same + dk
 *   voxel     (i, j, k)  (i+1, j, k)  (i, j+1, k)  (i+1, j+1, k)
 *
 * On the last voxel of an axis the step is 0: its own value stands in for the neighbour that is not there.
 */
function linearRow(
  { data: values, shape: [ni, nj, nk] }: Volume<VoxelData>,
  into: Float32Array,
  out: number,
  count: number,
  x: number,
  y: number,
  z: number,
  dx: number,
  dy: number,
  dz: number,
): void {
  const lastI = ni - 1;
  const lastJ = nj - 1;
  const lastK = nk - 1;
  const slice = ni * nj;
  for (let n = 0; n < count; n++) {
    const u = clamp(x + n * dx, lastI);
    const v = clamp(y + n * dy, lastJ);
    const w = clamp(z + n * dz, lastK);
    const i = u | 0;
    const j = v | 0;
    const k = w | 0;
    const p = i + ni * j + slice * k;
    const di = i < lastI ? 1 : 0;
    const dj = j < lastJ ? ni : 0;
    const dk = k < lastK ? slice : 0;
    const a = mix(values[p], values[p + di], u - i);
    const b = mix(values[p + dj], values[p + dj + di], u - i);
    const c = mix(values[p + dk], values[p + dk + di], u - i);
    const d = mix(values[p + dk + dj], values[p + dk + dj + di], u - i);
    into[out + n] = mix(mix(a, b, v - j), mix(c, d, v - j), w - k);
  }
}

function clamp(at: number, last: number): number {
  return at < 0 ? 0 : Math.min(at, last);
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
