import { GLYPH_HEIGHT, GLYPH_WIDTH, GLYPHS } from './font.ts';
import { blendPixel, type Raster, type Rgb } from './raster.ts';

export interface TextStyle {
  colour?: Rgb;
  /** Pixels a dot of the font. */
  scale?: number;
}

/** Width of a line of text in pixels. */
export function textWidth(text: string, scale = 1): number {
  return Math.max(0, text.length * (GLYPH_WIDTH + 1) - 1) * scale;
}

/**
 * Writes a line of text, its top left corner at (left, top), with a dark rim that keeps it readable on bright pixels.
 * Letters are drawn as capitals; signs that the font lacks are left blank.
 */
export function drawText(raster: Raster, text: string, left: number, top: number, style: TextStyle = {}): void {
  const { colour = [235, 235, 235], scale = 1 } = style;
  const dots = dotsOf(text);
  for (const [x, y] of dots) drawDot(raster, left + x * scale - 1, top + y * scale - 1, scale + 2, [0, 0, 0], 0.55);
  for (const [x, y] of dots) drawDot(raster, left + x * scale, top + y * scale, scale, colour, 1);
}

/** Where the font's dots are, in dots from the top left. */
function dotsOf(text: string): [number, number][] {
  const dots: [number, number][] = [];
  [...text.toUpperCase()].forEach((letter, n) => {
    const rows = GLYPHS[letter] ?? GLYPHS[' '];
    for (let y = 0; y < GLYPH_HEIGHT; y++)
      for (let x = 0; x < GLYPH_WIDTH; x++)
        if ((Number.parseInt(rows[y], 32) >> (GLYPH_WIDTH - 1 - x)) & 1) dots.push([n * (GLYPH_WIDTH + 1) + x, y]);
  });
  return dots;
}

function drawDot(raster: Raster, left: number, top: number, size: number, colour: Rgb, alpha: number): void {
  const { width, height } = raster;
  for (let y = Math.max(0, top); y < Math.min(height, top + size); y++)
    for (let x = Math.max(0, left); x < Math.min(width, left + size); x++)
      blendPixel(raster, x + width * y, colour, alpha);
}
