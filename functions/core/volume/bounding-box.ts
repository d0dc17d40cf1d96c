import type { Vec3 } from './volume.ts';

/** A box of voxels: from `start` up to, not including, `end`, along i, j, k. */
export interface Box {
  readonly start: Vec3;
  readonly end: Vec3;
}

/**
 * The smallest box that holds every non-zero voxel; undefined where there is none.
 * @param mask shape (ni, nj, nk), i fastest
 */
export function boundingBox(mask: ArrayLike<number>, [ni, nj, nk]: Vec3): Box | undefined {
  const start = [ni, nj, nk];
  const end = [0, 0, 0];
  for (let k = 0, row = 0; k < nk; k++)
    for (let j = 0; j < nj; j++, row += ni) {
      const first = firstNonZero(mask, row, ni);
      if (first === ni) continue;
      const last = lastNonZero(mask, row, ni);
      if (first < start[0]) start[0] = first;
      if (last >= end[0]) end[0] = last + 1;
      if (j < start[1]) start[1] = j;
      if (j >= end[1]) end[1] = j + 1;
      if (k < start[2]) start[2] = k;
      end[2] = k + 1;
    }
  return end[0] > 0 ? { start: [start[0], start[1], start[2]], end: [end[0], end[1], end[2]] } : undefined;
}

/** The box with `margin` voxels more on every side, kept inside `shape`. */
export function growBox({ start, end }: Box, margin: number | Vec3, shape: Vec3): Box {
  const by = typeof margin === 'number' ? [margin, margin, margin] : margin;
  const low = (axis: 0 | 1 | 2) => Math.max(0, start[axis] - by[axis]);
  const high = (axis: 0 | 1 | 2) => Math.min(shape[axis], end[axis] + by[axis]);
  return { start: [low(0), low(1), low(2)], end: [high(0), high(1), high(2)] };
}

/** The smallest box that holds both. */
export function unionBox(a: Box, b: Box): Box {
  const low = (axis: 0 | 1 | 2) => Math.min(a.start[axis], b.start[axis]);
  const high = (axis: 0 | 1 | 2) => Math.max(a.end[axis], b.end[axis]);
  return { start: [low(0), low(1), low(2)], end: [high(0), high(1), high(2)] };
}

/** Shape of the box in voxels. */
export function boxShape({ start, end }: Box): Vec3 {
  return [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
}

function firstNonZero(mask: ArrayLike<number>, row: number, ni: number): number {
  let i = 0;
  while (i < ni && mask[row + i] === 0) i++;
  return i;
}

function lastNonZero(mask: ArrayLike<number>, row: number, ni: number): number {
  let i = ni - 1;
  while (mask[row + i] === 0) i--;
  return i;
}
