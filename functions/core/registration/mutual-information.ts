import { NeurotileError } from '../errors.ts';
import type { Volume } from '../volume/volume.ts';

const BINS = 48;
/** The brightest thousandth shares the last bin, so that one hot voxel does not squeeze all others into the first. */
const CLIP_QUANTILE = 0.999;

/**
 * Mutual information of two images on one grid, in nats (Viola & Wells 1997; Maes et al., IEEE TMI 1997):
 * H(fixed) + H(moving) - H(fixed, moving), from a joint histogram of 48 × 48 equal bins between each image's least and
 * 99.9th percentile value, no smoothing. 0: neither tells of the other; at most ln 48 = 3.87.
 *
 * @param movingResampled on the fixed image's grid
 * @param mask voxels that count, non-zero; by default those where the fixed image is not 0, which stay the same before
 *   and after a registration
 * @throws NeurotileError INTERNAL when the shapes differ
 */
export function mutualInformation(fixed: Volume, movingResampled: Volume, mask?: ArrayLike<number>): number {
  const counts = mask ?? fixed.data;
  checkLengths(fixed, movingResampled, counts);
  const f = binsOf(fixed.data, counts);
  const m = binsOf(movingResampled.data, counts);
  const joint = new Float64Array(BINS * BINS);
  const rows = new Float64Array(BINS);
  const columns = new Float64Array(BINS);
  let total = 0;
  for (let n = 0; n < f.length; n++) {
    if (counts[n] === 0) continue;
    joint[BINS * f[n] + m[n]]++;
    rows[f[n]]++;
    columns[m[n]]++;
    total++;
  }
  // Rounding may take a sum of zero below it.
  return total === 0 ? 0 : Math.max(0, entropy(rows, total) + entropy(columns, total) - entropy(joint, total));
}

function checkLengths(fixed: Volume, moving: Volume, mask: ArrayLike<number>): void {
  if (fixed.data.length === moving.data.length && fixed.data.length === mask.length) return;
  const found = `${moving.data.length} voxels, mask of ${mask.length}`;
  throw new NeurotileError('INTERNAL', { found, expected: `${fixed.data.length} voxels on the fixed image's grid` });
}

/** H = -Σ p ln p = ln N - (Σ c ln c) / N, nats. */
function entropy(counts: Float64Array, total: number): number {
  let sum = 0;
  for (let n = 0; n < counts.length; n++) if (counts[n] > 0) sum += counts[n] * Math.log(counts[n]);
  return Math.log(total) - sum / total;
}

function binsOf(data: Float32Array, counts: ArrayLike<number>): Uint8Array {
  const [low, high] = rangeOf(data, counts);
  const scale = high > low ? BINS / (high - low) : 0;
  const bins = new Uint8Array(data.length);
  for (let n = 0; n < data.length; n++) bins[n] = Math.max(0, Math.min(BINS - 1, (data[n] - low) * scale));
  return bins;
}

/** Least and 99.9th percentile value where the mask counts. The percentile is found to 1 in 4096 of the range. */
function rangeOf(data: Float32Array, counts: ArrayLike<number>): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (let n = 0; n < data.length; n++) {
    if (counts[n] === 0) continue;
    total++;
    if (data[n] < low) low = data[n];
    if (data[n] > high) high = data[n];
  }
  if (!(high > low)) return [low, high];
  const fine = new Float64Array(4096);
  const scale = fine.length / (high - low);
  for (let n = 0; n < data.length; n++)
    if (counts[n] !== 0) fine[Math.min(fine.length - 1, Math.floor((data[n] - low) * scale))]++;
  let cell = 0;
  for (let below = fine[0]; below < CLIP_QUANTILE * total; below += fine[cell]) cell++;
  return [low, low + (cell + 1) / scale];
}
