import type { Affine, Volume } from '../volume/volume.ts';
import { voxelMap } from '../volume/voxel-map.ts';
import { intensityRange } from './foreground.ts';

const BINS = 32;
/** With less of the fixed samples than this inside the moving image, a position is not judged. */
const LEAST_OVERLAP = 0.4;

/** How well a rigid map of fixed to moving world points lays the moving image on the fixed one; more is better. */
export type Similarity = (fixedToMoving: Affine) => number;

/**
 * Normalised mutual information (H(f) + H(m)) / H(f, m), 1 to 2, which does not grow when overlap shrinks
 * (Studholme, Hill & Hawkes, Pattern Recognition 1999), on every `stride`-th voxel of the fixed image along each axis.
 * 32 bins; a moving value is shared between its two nearest bins, so that small motions show. -Infinity where less
 * than 40 % of the samples fall inside the moving image.
 */
export function createSimilarity(fixed: Volume, moving: Volume, stride = 1): Similarity {
  const bins = fixedBins(fixed);
  const values = movingBins(moving);
  const toMovingVoxel = (matrix: Affine) => voxelMap(moving, fixed, matrix);
  const joint = new Float64Array(BINS * BINS);
  return (matrix) => {
    joint.fill(0);
    const [inside, all] = fillJoint(joint, toMovingVoxel(matrix), { fixed, bins, moving, values, stride });
    return inside < LEAST_OVERLAP * all ? Number.NEGATIVE_INFINITY : normalisedMutualInformation(joint, inside);
  };
}

interface Samples {
  fixed: Volume;
  /** Bin of each fixed voxel. */
  bins: Uint8Array;
  moving: Volume;
  /** Moving intensities in bins, 0 to BINS - 1, not rounded. */
  values: Float32Array;
  stride: number;
}

/** joint[32 · fixed bin + moving bin] gains each sample's trilinear moving value. @returns samples inside, samples tried */
function fillJoint(joint: Float64Array, m: Affine, { fixed, bins, moving, values, stride }: Samples): [number, number] {
  const [ni, nj, nk] = fixed.shape;
  const [mi, mj, mk] = moving.shape;
  const slice = mi * mj;
  let inside = 0;
  let all = 0;
  for (let k = 0; k < nk; k += stride)
    for (let j = 0; j < nj; j += stride)
      for (let i = 0, n = ni * (j + nj * k); i < ni; i += stride, n += stride) {
        all++;
        const x = m[0] * i + m[1] * j + m[2] * k + m[3];
        const y = m[4] * i + m[5] * j + m[6] * k + m[7];
        const z = m[8] * i + m[9] * j + m[10] * k + m[11];
        if (!(x >= 0 && y >= 0 && z >= 0 && x <= mi - 1 && y <= mj - 1 && z <= mk - 1)) continue;
        inside++;
        const u = x | 0;
        const v = y | 0;
        const w = z | 0;
        const p = u + mi * v + slice * w;
        const q = p + (w < mk - 1 ? slice : 0);
        const di = u < mi - 1 ? 1 : 0;
        const dj = v < mj - 1 ? mi : 0;
        const a = values[p] + (values[p + di] - values[p]) * (x - u);
        const b = values[p + dj] + (values[p + dj + di] - values[p + dj]) * (x - u);
        const c = values[q] + (values[q + di] - values[q]) * (x - u);
        const d = values[q + dj] + (values[q + dj + di] - values[q + dj]) * (x - u);
        const near = a + (b - a) * (y - v);
        const value = near + (c + (d - c) * (y - v) - near) * (z - w);
        const bin = value | 0;
        const cell = BINS * bins[n] + bin;
        const share = value - bin;
        joint[cell] += 1 - share;
        if (share > 0) joint[cell + 1] += share;
      }
  return [inside, all];
}

function normalisedMutualInformation(joint: Float64Array, total: number): number {
  const rows = new Float64Array(BINS);
  const columns = new Float64Array(BINS);
  for (let f = 0; f < BINS; f++)
    for (let m = 0; m < BINS; m++) {
      rows[f] += joint[BINS * f + m];
      columns[m] += joint[BINS * f + m];
    }
  const both = entropy(joint, total);
  return both > 0 ? (entropy(rows, total) + entropy(columns, total)) / both : 1;
}

function entropy(counts: Float64Array, total: number): number {
  let sum = 0;
  for (let n = 0; n < counts.length; n++) if (counts[n] > 0) sum += counts[n] * Math.log(counts[n]);
  return Math.log(total) - sum / total;
}

function fixedBins({ data }: Volume): Uint8Array {
  return Uint8Array.from(scaleToBins(data), (value) => Math.round(value));
}

function movingBins({ data }: Volume): Float32Array {
  return scaleToBins(data);
}

/** Intensities as bins 0 to BINS - 1, not rounded; the brightest percent share the last. */
function scaleToBins(data: Float32Array): Float32Array {
  const [low, high] = intensityRange(data);
  const scale = high > low ? (BINS - 1) / (high - low) : 0;
  return data.map((value) => Math.min(BINS - 1, (value - low) * scale));
}
