import { createRaster, pasteRaster, type Raster, type Rgb } from './raster.ts';

export interface MontageOptions {
  gapPixels?: number;
  background?: Rgb;
}

/**
 * Pictures in rows and columns; each column is as wide as its widest picture, each row as high as its highest, and
 * smaller ones stand in the middle of their cell.
 */
export function drawMontage(rows: readonly (readonly Raster[])[], options: MontageOptions = {}): Raster {
  const { gapPixels = 4, background = [0, 0, 0] } = options;
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) => Math.max(0, ...rows.map((row) => row[c]?.width ?? 0)));
  const heights = rows.map((row) => Math.max(0, ...row.map((raster) => raster.height)));
  const sheet = createRaster(extent(widths, gapPixels), extent(heights, gapPixels), background);
  rows.forEach((row, r) => {
    row.forEach((raster, c) => {
      const left = startOf(widths, c, gapPixels) + ((widths[c] - raster.width) >> 1);
      const top = startOf(heights, r, gapPixels) + ((heights[r] - raster.height) >> 1);
      pasteRaster(sheet, raster, left, top);
    });
  });
  return sheet;
}

function startOf(sizes: readonly number[], index: number, gap: number): number {
  return sizes.slice(0, index).reduce((sum, size) => sum + size + gap, 0);
}

function extent(sizes: readonly number[], gap: number): number {
  return Math.max(1, startOf(sizes, sizes.length, gap) - gap);
}
