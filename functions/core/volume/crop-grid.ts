import { apply } from '../geometry/affine.ts';
import type { Box } from './bounding-box.ts';
import { boxShape } from './bounding-box.ts';
import type { Grid, Volume, VoxelData } from './volume.ts';
import { voxelsIn } from './volume.ts';

/**
 * The part of a grid that a box cuts out; its voxels stay where they are in the world.
 * The box may reach beyond the grid, which extends it.
 */
export function cropGrid(grid: Grid, box: Box): Grid {
  const [x, y, z] = apply(grid.affine, box.start);
  const affine = [...grid.affine];
  affine[3] = x;
  affine[7] = y;
  affine[11] = z;
  return { shape: boxShape(box), affine };
}

/** The voxels of a volume in a box, which must lie inside it. @throws RangeError when it does not */
export function cropVolume<D extends VoxelData>(volume: Volume<D>, box: Box): Volume<D> {
  const grid = cropGrid(volume, box);
  const data = new (volume.data.constructor as new (length: number) => D)(voxelsIn(grid.shape));
  forEachRow(volume, box, (row, at, width) => data.set(volume.data.subarray(row, row + width), at));
  return { ...grid, data };
}

/** Puts voxels back where `cropVolume` took them from. @throws RangeError when the box does not lie inside */
export function pasteVolume<D extends VoxelData>(into: Volume<D>, box: Box, data: D): void {
  forEachRow(into, box, (row, at, width) => into.data.set(data.subarray(at, at + width), row));
}

/** Each row of a box: where it starts in the volume, where in the box's own voxels, and how long it is. */
function forEachRow(
  { shape }: Grid,
  { start, end }: Box,
  visit: (row: number, at: number, width: number) => void,
): void {
  const inside = start.every((s, axis) => s >= 0 && end[axis] > s && end[axis] <= shape[axis]);
  if (!inside) throw new RangeError(`box ${start} to ${end} does not lie inside a volume of ${shape}`);
  const width = end[0] - start[0];
  for (let k = start[2], at = 0; k < end[2]; k++)
    for (let j = start[1]; j < end[1]; j++, at += width) visit(start[0] + shape[0] * (j + shape[1] * k), at, width);
}
