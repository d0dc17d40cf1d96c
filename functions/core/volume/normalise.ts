import { fillHoles } from './fill-holes.ts';
import type { Vec3, VoxelData } from './volume.ts';

export interface Statistics {
  /** How many voxels were counted. */
  count: number;
  mean: number;
  /** Population standard deviation: divided by the count. */
  deviation: number;
}

/**
 * Which voxels of a sequence are scaled, and by whose mean and deviation; all others are 0.
 *
 * - `nonzero`: the brain, by the sequence's own voxels in it that are not 0
 * - `own`: the sequence's own voxels in the brain that are not 0, by themselves
 * - `brain`: the brain with its holes filled, by all of it
 * - `all`: every voxel, by all of them
 */
export type ZScoreMask = 'nonzero' | 'own' | 'brain' | 'all';

/**
 * Mean and population standard deviation of the voxels inside a mask, in double precision: full-range int16 voxels
 * overflow float32 sums.
 * @param values, mask of equal length; the mask is the brain's: 0 outside
 * @param zeros whether voxels that are 0 count too
 */
export function statisticsOf(values: VoxelData, mask: Uint8Array, zeros: boolean): Statistics {
  checkLengths(values, mask);
  let count = 0;
  let sum = 0;
  for (let n = 0; n < values.length; n++)
    if (mask[n] !== 0 && (zeros || values[n] !== 0)) {
      count++;
      sum += values[n];
    }
  if (count === 0) return { count, mean: 0, deviation: 0 };
  const mean = sum / count;
  let squares = 0;
  for (let n = 0; n < values.length; n++)
    if (mask[n] !== 0 && (zeros || values[n] !== 0)) squares += (values[n] - mean) * (values[n] - mean);
  return { count, mean, deviation: Math.sqrt(squares / count) };
}

/**
 * A sequence as a model was trained on it: (x - mean) / deviation inside a mask, and 0 outside. Without `zeros` the
 * statistics are those of its non-zero voxels; a voxel of the mask that is zero in this sequence alone is a value like
 * any other and becomes -mean / deviation. Where all values are equal the deviation is taken as 1; a sequence with no
 * signal stays 0.
 *
 * @param mask the brain: non-zero where any sequence is
 * @returns z-scores, of the same length and order
 */
export function zScore(values: VoxelData, mask: Uint8Array, zeros = false): Float32Array {
  const { count, mean, deviation } = statisticsOf(values, mask, zeros);
  const out = new Float32Array(values.length);
  if (count === 0) return out;
  const scale = deviation || 1;
  for (let n = 0; n < values.length; n++) if (mask[n] !== 0) out[n] = (values[n] - mean) / scale;
  return out;
}

/**
 * Every sequence of a study as a model was trained on them.
 * @param sequences of equal shape (ni, nj, nk), one by one: what they give is not kept
 * @param brain non-zero where any of them is
 */
export function* zScores(
  sequences: Iterable<VoxelData>,
  brain: Uint8Array,
  shape: Vec3,
  which: ZScoreMask,
): Generator<Float32Array> {
  const zeros = which === 'brain' || which === 'all';
  const shared = which === 'brain' ? fillHoles(brain, shape) : which === 'all' ? brain.map(() => 1) : brain;
  for (const values of sequences) yield zScore(values, which === 'own' ? ownVoxels(values, brain) : shared, zeros);
}

function ownVoxels(values: VoxelData, brain: Uint8Array): Uint8Array {
  return brain.map((inside, n) => (inside !== 0 && values[n] !== 0 ? 1 : 0));
}

function checkLengths(values: VoxelData, mask: Uint8Array): void {
  if (values.length !== mask.length)
    throw new RangeError(`mask of ${mask.length} voxels on a volume of ${values.length}`);
}
