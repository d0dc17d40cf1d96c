import { greyOf, type IntensityWindow } from './intensity-window.ts';
import { createRaster, type Raster, type Slice } from './raster.ts';

/** A slice with the window it is drawn with. */
export interface WindowedSlice {
  readonly slice: Slice;
  readonly window: IntensityWindow;
}

/** A slice in grey. */
export function drawGrey({ slice, window }: WindowedSlice): Raster {
  const raster = createRaster(slice.width, slice.height);
  for (let n = 0; n < slice.data.length; n++) {
    const grey = greyOf(slice.data[n], window);
    raster.data[3 * n] = grey;
    raster.data[3 * n + 1] = grey;
    raster.data[3 * n + 2] = grey;
  }
  return raster;
}

/**
 * Three sequences as red, green and blue in one picture: what two share takes their mixed colour, what all share is grey.
 * @throws RangeError when the slices differ in size
 */
export function drawComposite(channels: readonly [WindowedSlice, WindowedSlice, WindowedSlice]): Raster {
  const { width, height } = channels[0].slice;
  const raster = createRaster(width, height);
  channels.forEach(({ slice, window }, channel) => {
    if (slice.width !== width || slice.height !== height)
      throw new RangeError(`slices of ${width}×${height} and ${slice.width}×${slice.height} cannot be mixed`);
    for (let n = 0; n < slice.data.length; n++) raster.data[3 * n + channel] = greyOf(slice.data[n], window);
  });
  return raster;
}

/**
 * Two slices of one place, square by square in turn: where they are aligned, edges run on across the squares.
 * @param squarePixels edge of a square
 * @throws RangeError when the slices differ in size
 */
export function drawCheckerboard(a: WindowedSlice, b: WindowedSlice, squarePixels: number): Raster {
  const [first, second] = [drawGrey(a), drawGrey(b)];
  if (first.width !== second.width || first.height !== second.height)
    throw new RangeError(`slices of ${first.width}×${first.height} and ${second.width}×${second.height} do not match`);
  for (let y = 0; y < first.height; y++)
    for (let x = 0; x < first.width; x++) {
      if ((Math.floor(x / squarePixels) + Math.floor(y / squarePixels)) % 2 === 0) continue;
      const at = 3 * (x + first.width * y);
      first.data.set(second.data.subarray(at, at + 3), at);
    }
  return first;
}
