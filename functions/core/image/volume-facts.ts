import type { Volume, VoxelData } from '../volume/volume.ts';
import { sampleOf } from './intensity-window.ts';

/** What the values of a volume are like, at a glance. */
export interface VolumeFacts {
  readonly min: number;
  /** Of what is not zero, from an even sample; 0 where all is zero. */
  readonly median: number;
  readonly max: number;
  /** Share of voxels that are not zero, 0–1. */
  readonly nonzeroShare: number;
  /** Voxels that are NaN or infinite; no other figure counts them. */
  readonly notFinite: number;
}

/** Looks at every voxel once; the median is of a sample. */
export function factsOf({ data, shape }: Volume<VoxelData>): VolumeFacts {
  let [min, max, nonzero, notFinite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let n = 0; n < data.length; n++) {
    const value = data[n];
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    if (value !== 0) nonzero++;
  }
  const sorted = sampleOf(data, shape[0]).sort();
  const isEmpty = notFinite === data.length;
  return {
    min: isEmpty ? 0 : min,
    median: sorted.length === 0 ? 0 : sorted[sorted.length >> 1],
    max: isEmpty ? 0 : max,
    nonzeroShare: nonzero / data.length,
    notFinite,
  };
}
