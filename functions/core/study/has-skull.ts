import { spacingMm, voxelMl } from '../geometry/affine.ts';
import type { Volume } from '../volume/volume.ts';
import { borderBackground } from './border-background.ts';
import { fillSlices } from './border-components.ts';
import { inPlaneDepthMm } from './in-plane-depth.ts';
import { finiteRange } from './otsu-threshold.ts';

/** No brain is larger, ventricles included. */
const LARGEST_BRAIN_ML = 2200;
/** Share of the six faces that is one value, where a background was set and not measured. */
const SET_BACKGROUND = 0.4;
/** Part of the range below which a voxel is background still: ripples of resampling. */
const RIPPLE = 0.01;

/**
 * Does a scan still have its skull? Not skull-stripped is what
 *
 * - has air that was measured: the faces of the volume hold noise, where stripping leaves one exact value; or else
 * - is larger than a brain can be; or
 * - has a dark rim under a bright one: going inward from the surface there is scalp, then bone, which is dark in every
 *   sequence, then brain. In a stripped brain nothing lies between surface and cortex.
 *
 * The second and third find scanners that set the air to zero. Seen on 76 skull-stripped and four raw volumes: shares of
 * the faces 0.99 and more against 0.26 and less; bone at 0.69 of the scalp and more, against 0.46 and less.
 */
export function hasSkull(volume: Volume): boolean {
  const background = borderBackground(volume);
  if (background.share < SET_BACKGROUND) return true;
  const head = foreground(volume, background.value);
  let voxels = 0;
  for (let n = 0; n < head.length; n++) voxels += head[n];
  return voxels * voxelMl(volume.affine) > LARGEST_BRAIN_ML || hasDarkRim(depthProfile(volume, head));
}

/** What differs from the background. */
function foreground({ data }: Volume, background: number): Uint8Array {
  const [low, high] = finiteRange(data);
  const ripple = RIPPLE * Math.max(high - background, background - low);
  const mask = new Uint8Array(data.length);
  for (let n = 0; n < data.length; n++) mask[n] = Math.abs(data[n] - background) > ripple ? 1 : 0;
  return mask;
}

const BIN_MM = 2;
const BINS = 12;

/** Slices looked at, at most. */
const SECTIONS = 12;

/**
 * Median intensity by depth under the surface, in bins of 2 mm down to 24 mm: over slices from the quarter of those along
 * k with the largest section, where the surface is upright and in-plane depth is depth. Dark holes count as inside.
 */
export function depthProfile({ data, shape: [ni, nj, nk], affine }: Volume, mask: Uint8Array): number[] {
  const size = ni * nj;
  const [di, dj] = spacingMm(affine);
  const bins: number[][] = Array.from({ length: BINS }, () => []);
  for (const k of largestSections(mask, size, nk)) {
    const slice = mask.slice(k * size, (k + 1) * size);
    fillSlices(slice, [ni, nj, 1]);
    const depth = inPlaneDepthMm(slice, ni, nj, di, dj);
    for (let n = 0; n < size; n++) {
      const bin = Math.floor(depth[n] / BIN_MM);
      if (depth[n] > 0 && bin < BINS) bins[bin].push(data[k * size + n]);
    }
  }
  return bins.map(median);
}

function largestSections(mask: Uint8Array, size: number, nk: number): number[] {
  const sections = Array.from({ length: nk }, (_, k) => {
    let voxels = 0;
    for (let n = k * size; n < (k + 1) * size; n++) voxels += mask[n];
    return { k, voxels };
  });
  sections.sort((a, b) => b.voxels - a.voxels || a.k - b.k);
  const largest = sections.slice(0, Math.max(3, Math.ceil(nk / 4)));
  const step = Math.ceil(largest.length / SECTIONS);
  return largest.filter((_, n) => n % step === 0).map(({ k }) => k);
}

/** NaN where there is nothing. */
function median(values: number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? NaN;
}

/** Scalp in the outer 8 mm, bone at 6 to 16 mm, brain from 16 mm on. Bins finer than voxels may be empty. */
function hasDarkRim(profile: readonly number[]): boolean {
  const within = (from: number, to: number) => profile.slice(from, to).filter((value) => !Number.isNaN(value));
  const scalp = Math.max(...within(0, 4));
  const bone = Math.min(...within(3, 8));
  const brain = median(within(8, BINS));
  return bone < 0.6 * scalp && brain > 1.05 * bone;
}
