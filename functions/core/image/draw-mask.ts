import { LABEL_COLOURS } from './label-colours.ts';
import { blendPixel, type Raster, type Rgb, type Slice } from './raster.ts';

export interface MaskStyle {
  /** Opacity of the fill, 0–1. */
  fill?: number;
  /** Thickness of the outline in pixels; 0 for none. */
  outlinePixels?: number;
}

/** Lays BraTS labels (1, 2, 4) over a picture, each in its colour: a faint fill, and an outline inside its border. */
export function drawMask(raster: Raster, labels: Slice, { fill = 0.3, outlinePixels = 1 }: MaskStyle = {}): void {
  checkSize(raster, labels);
  for (const label of [2, 1, 4] as const) {
    const inside = insideOf(labels, [label]);
    for (let n = 0; n < inside.length; n++) if (inside[n]) blendPixel(raster, n, LABEL_COLOURS[label], fill);
    if (outlinePixels > 0) drawBorder(raster, inside, LABEL_COLOURS[label], outlinePixels);
  }
}

/** The border of everything that has one of `labels`, in one colour. */
export function drawOutline(raster: Raster, mask: Slice, labels: readonly number[], colour: Rgb, pixels = 1): void {
  checkSize(raster, mask);
  drawBorder(raster, insideOf(mask, labels), colour, pixels);
}

/** 1 where a pixel has one of the labels, else 0. */
function insideOf({ data }: Slice, labels: readonly number[]): Uint8Array {
  const inside = new Uint8Array(data.length);
  for (const label of labels) for (let n = 0; n < data.length; n++) if (data[n] === label) inside[n] = 1;
  return inside;
}

/** Colours what is inside and at most `pixels` steps (up, down, left, right) from something outside. */
function drawBorder(raster: Raster, inside: Uint8Array, colour: Rgb, pixels: number): void {
  const { width, height } = raster;
  let core = inside;
  for (let step = 0; step < pixels; step++) core = eroded(core, width, height);
  for (let n = 0; n < inside.length; n++) if (inside[n] > core[n]) blendPixel(raster, n, colour);
}

/** What stays when every pixel goes that has nothing, or the picture's edge, beside it. */
function eroded(inside: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(inside.length);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1, n = 1 + width * y; x < width - 1; x++, n++)
      out[n] = inside[n] & inside[n - 1] & inside[n + 1] & inside[n - width] & inside[n + width];
  return out;
}

function checkSize(raster: Raster, { width, height }: Slice): void {
  if (raster.width !== width || raster.height !== height)
    throw new RangeError(`a mask of ${width}×${height} cannot lie on a picture of ${raster.width}×${raster.height}`);
}
