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
    if (whole && value % 1 !== 0) whole = false;
  }
  if (whole && least >= -INT16_MAX - 1 && most <= INT16_MAX)
    return { volume: { shape, affine, data: Int16Array.from(data) } };
  const slope = (most - least) / INT16_MAX || 1;
  const out = new Int16Array(data.length);
  for (let n = 0; n < data.length; n++) out[n] = Math.round((data[n] - least) / slope);
  return { volume: { shape, affine, data: out }, scale: { slope, inter: least } };
}
