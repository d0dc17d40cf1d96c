import type { Vec3 } from '../volume/volume.ts';
import { voxelsIn } from '../volume/volume.ts';
import type { Dhw } from './dhw.ts';
import { forEachTileRow, planeOffset, tensorShape } from './tile-rows.ts';

export interface CutTile {
  /** float16 bits; 0 where the tile reaches beyond the grid. */
  data: Uint16Array;
  /** 1 × C × D × H × W in 3D, N × C × H × W in 2D, where N are the slab's slices. */
  shape: number[];
}

/**
 * One tile of all channels, as the tensor that the model takes.
 *
 * @param channels float16 bits of each input sequence on the model grid, in the model's order
 * @param shape of the grid along i, j, k = W, H, D
 * @param origin, tile along D, H, W
 * @throws RangeError when a channel is not of the grid's size
 */
export function cutTile(channels: readonly Uint16Array[], shape: Vec3, origin: Dhw, tile: Dhw, dims: 2 | 3): CutTile {
  const layout = { dims, tile, channels: channels.length };
  const data = new Uint16Array(channels.length * tile[0] * tile[1] * tile[2]);
  for (const [c, values] of channels.entries()) {
    if (values.length !== voxelsIn(shape))
      throw new RangeError(`channel ${c} has ${values.length} voxels on a grid of ${shape.join(' × ')}`);
    forEachTileRow(shape, origin, tile, (d, h, w0, gridAt, length) =>
      data.set(values.subarray(gridAt, gridAt + length), planeOffset(layout, c, d) + h * tile[2] + w0),
    );
  }
  return { data, shape: tensorShape(layout) };
}
