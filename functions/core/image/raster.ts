/** Red, green, blue, 0–255 each. */
export type Rgb = readonly [number, number, number];

/**
 * A picture: RGB, 8 bits, row by row from the top left.
 *
 *   data[3 * (x + width * y) + channel]
 */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** One number a pixel, row by row from the top left: data[x + width * y]. */
export interface Slice {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** A picture of one colour; black where none is named. */
export function createRaster(width: number, height: number, colour: Rgb = [0, 0, 0]): Raster {
  const data = new Uint8Array(3 * width * height);
  if (colour.some((c) => c !== 0)) for (let n = 0; n < data.length; n++) data[n] = colour[n % 3];
  return { data, width, height };
}

/** The picture with an empty border of so many pixels around it. */
export function padRaster(raster: Raster, pixels: number): Raster {
  const padded = createRaster(raster.width + 2 * pixels, raster.height + 2 * pixels);
  pasteRaster(padded, raster, pixels, pixels);
  return padded;
}

/** Copies a picture into another, its top left corner at (left, top); what falls outside is left out. */
export function pasteRaster(into: Raster, from: Raster, left: number, top: number): void {
  const first = Math.max(0, -left);
  const last = Math.min(from.width, into.width - left);
  if (first >= last) return;
  for (let y = Math.max(0, -top); y < from.height && top + y < into.height; y++) {
    const row = from.data.subarray(3 * (first + from.width * y), 3 * (last + from.width * y));
    into.data.set(row, 3 * (left + first + into.width * (top + y)));
  }
}

/** Colours one pixel; `alpha` 1 covers, 0 leaves. */
export function blendPixel({ data }: Raster, pixel: number, [red, green, blue]: Rgb, alpha = 1): void {
  const at = 3 * pixel;
  data[at] += (red - data[at]) * alpha;
  data[at + 1] += (green - data[at + 1]) * alpha;
  data[at + 2] += (blue - data[at + 2]) * alpha;
}
