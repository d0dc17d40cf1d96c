import type { Rgb } from './raster.ts';

/**
 * Colours of BraTS labels, after Okabe and Ito's palette ("Color Universal Design", 2008): blue, yellow and vermilion
 * differ in lightness as well as hue, so that they stay apart for colour-blind readers and in grey print.
 */
export const LABEL_COLOURS: Readonly<Record<1 | 2 | 4, Rgb>> = {
  1: [86, 180, 233],
  2: [240, 228, 66],
  4: [232, 96, 28],
};

export const LABEL_NAMES: Readonly<Record<1 | 2 | 4, string>> = {
  1: 'necrotic core',
  2: 'oedema',
  4: 'enhancing tumour',
};

/** A colour as CSS writes it, #rrggbb. */
export function cssColour(colour: Rgb): string {
  return `#${colour.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
}
