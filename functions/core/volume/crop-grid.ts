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
  const inside = box.start.every((s, axis) => s >= 0 && box.end[axis] > s && box.end[axis] <= volume.shape[axis]);
  if (!inside) throw new RangeError(`box ${box.start} to ${box.end} does not lie inside a volume of ${volume.shape}`);
  const [ni, nj] = volume.shape;
  const grid = cropGrid(volume, box);
  const [width, height, depth] = grid.shape;
  const data = new (volume.data.constructor as new (length: number) => D)(voxelsIn(grid.shape));
  for (let k = 0, out = 0; k < depth; k++)
    for (let j = 0; j < height; j++, out += width) {
      const row = box.start[0] + ni * (box.start[1] + j + nj * (box.start[2] + k));
      data.set(volume.data.subarray(row, row + width), out);
    }
  return { ...grid, data };
}
