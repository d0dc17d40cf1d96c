import type { Vec3 } from '../volume/volume.ts';
import type { Dhw } from './dhw.ts';

/** Layout of a tensor of N × C × [D ×] H × W: where the rows of a channel lie. */
export interface TileLayout {
  readonly dims: 2 | 3;
  /** D, H, W; for a 2D model D is the number of slices, which are the tensor's N. */
  readonly tile: Dhw;
  readonly channels: number;
}

/** Shape of the tensor: 1 × C × D × H × W in 3D, D × C × H × W in 2D. */
export function tensorShape({ dims, tile: [depth, height, width], channels }: TileLayout): number[] {
  return dims === 3 ? [1, channels, depth, height, width] : [depth, channels, height, width];
}

/** Where the plane of one channel at one depth begins: 3D has depths inside a channel, 2D channels inside a slice. */
export function planeOffset({ dims, tile: [depth, height, width], channels }: TileLayout, channel: number, d: number) {
  return (dims === 3 ? channel * depth + d : d * channels + channel) * height * width;
}

/**
 * Calls `visit` for every row of a tile that has a piece inside the grid:
 *
 *   grid row         |. . . . . . . . . . . .|
 *   tile row     |x x x x x x|                     w0 = 2: the first two voxels are padding
 *                    ^ gridAt  length = 4
 *
 * @param visit d, h: the row in the tile; w0: its first voxel inside the grid; gridAt: that voxel's index in the grid
 */
export function forEachTileRow(
  [ni, nj, nk]: Vec3,
  origin: Dhw,
  tile: Dhw,
  visit: (d: number, h: number, w0: number, gridAt: number, length: number) => void,
): void {
  const w0 = Math.max(0, -origin[2]);
  const length = Math.min(tile[2], ni - origin[2]) - w0;
  if (length <= 0) return;
  for (let d = Math.max(0, -origin[0]); d < Math.min(tile[0], nk - origin[0]); d++)
    for (let h = Math.max(0, -origin[1]); h < Math.min(tile[1], nj - origin[1]); h++)
      visit(d, h, w0, origin[2] + w0 + ni * (origin[1] + h + nj * (origin[0] + d)), length);
}
