import type { Volume } from './volume.ts';

const INT16_MAX = 32767;

/** A volume as int16, and the line that leads back: value = stored × slope + inter. */
export interface Int16Volume {
  volume: Volume<Int16Array>;
  scale?: { slope: number; inter: number };
}

/**
 * Stores a volume in half the space. Whole numbers in range are kept as they are; anything else is spread over the
 * positive half of the range (a step is 1/32767 of the volume's range), with 0 kept exactly where it is the minimum.
 */
export function toInt16({ data, shape, affine }: Volume): Int16Volume {
  let least = 0;
  let most = 0;
  let whole = true;
  for (let n = 0; n < data.length; n++) {
    const value = data[n];
    if (value < least) least = value;
    else if (value > most) most = value;
    if (whole && (value | 0) !== value) whole = false;
  }
  if (whole && least >= -INT16_MAX - 1 && most <= INT16_MAX)
    return { volume: { shape, affine, data: new Int16Array(data) } };
  const slope = (most - least) / INT16_MAX || 1;
  const out = new Int16Array(data.length);
  // What is rounded is never negative, so cutting off after adding a half rounds.
  for (let n = 0; n < data.length; n++) out[n] = (data[n] - least) / slope + 0.5;
  return { volume: { shape, affine, data: out }, scale: { slope, inter: least } };
}
