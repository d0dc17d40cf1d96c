import { blendPixel, createRaster, type Raster, type Rgb, type Slice } from './raster.ts';

/**
 * "Inferno" of matplotlib (van der Walt and Smith, 2015; CC0) at nine even steps: lightness rises evenly, so that it
 * reads the same in grey print and to colour-blind eyes.
 */
const INFERNO: readonly Rgb[] = [
  [0, 0, 4], [31, 12, 72], [85, 15, 109], [136, 34, 106], [186, 54, 85], [227, 89, 51], [249, 140, 10], [249, 201, 50],
  [252, 255, 164],
]; // biome-ignore format: a table

/** Colour of a share, 0–1; beyond, the nearest end's. */
export function colourOf(share: number): Rgb {
  const at = Math.min(Math.max(share, 0), 1) * (INFERNO.length - 1);
  const below = Math.min(Math.floor(at), INFERNO.length - 2);
  const [a, b] = [INFERNO[below], INFERNO[below + 1]];
  const mix = (n: 0 | 1 | 2) => Math.round(a[n] + (b[n] - a[n]) * (at - below));
  return [mix(0), mix(1), mix(2)];
}

/** Lays values over a picture: the higher the share of `highest`, the brighter and the more opaque. */
export function drawHeat(raster: Raster, { data }: Slice, highest: number): void {
  for (let n = 0; n < data.length; n++) {
    const share = Math.min(data[n] / highest, 1);
    if (share > 0.02) blendPixel(raster, n, colourOf(share), Math.min(1, 0.25 + share));
  }
}

/** The colour map from low (left) to high (right). */
export function drawColourBar(width: number, height: number): Raster {
  const bar = createRaster(width, height);
  for (let x = 0; x < width; x++) {
    const colour = colourOf(x / (width - 1));
    for (let y = 0; y < height; y++) bar.data.set(colour, 3 * (x + width * y));
  }
  return bar;
}
