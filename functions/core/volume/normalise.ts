import type { VoxelData } from './volume.ts';

export interface Statistics {
  /** How many voxels were counted. */
  count: number;
  mean: number;
  /** Population standard deviation: divided by the count. */
  deviation: number;
}

/**
 * Mean and population standard deviation of the non-zero voxels inside a mask, in double precision: full-range int16
 * voxels overflow float32 sums.
 * @param values, mask of equal length; the mask is the brain's: 0 outside
 */
export function nonZeroStatistics(values: VoxelData, mask: Uint8Array): Statistics {
  checkLengths(values, mask);
  let count = 0;
  let sum = 0;
  for (let n = 0; n < values.length; n++)
    if (mask[n] !== 0 && values[n] !== 0) {
      count++;
      sum += values[n];
    }
  if (count === 0) return { count, mean: 0, deviation: 0 };
  const mean = sum / count;
  let squares = 0;
  for (let n = 0; n < values.length; n++)
    if (mask[n] !== 0 && values[n] !== 0) squares += (values[n] - mean) * (values[n] - mean);
  return { count, mean, deviation: Math.sqrt(squares / count) };
}

/**
 * A sequence as the models were trained on it: (x - mean) / deviation inside the brain, by the statistics of the
 * sequence's own non-zero voxels there, and 0 outside. A brain voxel that is zero in this sequence alone is a value like
 * any other and becomes -mean / deviation. Where all values are equal the deviation is taken as 1; a sequence with no
 * signal stays 0.
 *
 * @param mask the brain: non-zero where any sequence is
 * @returns z-scores, of the same length and order
 */
export function zScore(values: VoxelData, mask: Uint8Array): Float32Array {
  const { count, mean, deviation } = nonZeroStatistics(values, mask);
  const out = new Float32Array(values.length);
  if (count === 0) return out;
  const scale = deviation || 1;
  for (let n = 0; n < values.length; n++) if (mask[n] !== 0) out[n] = (values[n] - mean) / scale;
  return out;
}

function checkLengths(values: VoxelData, mask: Uint8Array): void {
  if (values.length !== mask.length)
    throw new RangeError(`mask of ${mask.length} voxels on a volume of ${values.length}`);
}
