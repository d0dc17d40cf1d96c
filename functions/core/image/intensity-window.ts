import type { Volume, VoxelData } from '../volume/volume.ts';

/** Values drawn black and white. */
export interface IntensityWindow {
  readonly low: number;
  readonly high: number;
  /** Power that is taken of the share of the window, 0–1: below 1 brightens what lies between. 1 where nothing is said. */
  readonly gamma?: number;
}

/** Enough for a steady 0.5th percentile: about a thousand values lie below it. */
const SAMPLES = 200_000;

/** Share of the window below which lies noise of the air around a head that still has its skull. */
const AIR = 0.08;

/** Percentiles that a window runs between where nothing is said. */
const ROBUST = [0.5, 99.5] as const;
/** Brightness of ordinary tissue in balanced windows, 0–1. */
const ORDINARY = 0.36;

/**
 * A window from robust percentiles within the brain, taken as what is not zero: a few hot voxels (vessels, spikes)
 * must not darken the rest. Of large volumes an even sample is ranked.
 * @param percentiles low and high, 0–100
 */
export function windowOf(volume: Volume<VoxelData>, percentiles: readonly [number, number] = ROBUST): IntensityWindow {
  return windowBetween(rankedSample(volume), percentiles);
}

/**
 * The same, bent so that the brain's median comes out at `median` (0–1): two sequences drawn so are equally bright where
 * tissue is ordinary, and what is left to see between them is what differs.
 */
export function balancedWindowOf(volume: Volume<VoxelData>, median = ORDINARY): IntensityWindow {
  return balance(rankedSample(volume), median);
}

/** Both windows of one volume, for the price of one. */
export function windowsOf(volume: Volume<VoxelData>): { window: IntensityWindow; balanced: IntensityWindow } {
  const sorted = rankedSample(volume);
  return { window: windowBetween(sorted, ROBUST), balanced: balance(sorted, ORDINARY) };
}

function rankedSample({ data, shape }: Volume<VoxelData>): Float32Array {
  return sampleOf(data, shape[0]).sort();
}

function windowBetween(sorted: Float32Array, percentiles: readonly [number, number]): IntensityWindow {
  if (sorted.length === 0) return { low: 0, high: 1 };
  const [low, high] = percentiles.map((p) => sorted[Math.round(((sorted.length - 1) * p) / 100)]);
  return high > low ? { low, high } : { low, high: low + 1 };
}

function balance(sorted: Float32Array, median: number): IntensityWindow {
  const { low, high } = windowBetween(sorted, ROBUST);
  if (sorted.length === 0) return { low, high };
  const share = (medianAbove(sorted, low + AIR * (high - low)) - low) / (high - low);
  const bends = share > 0.02 && share < 0.98;
  return { low, high, gamma: bends ? Math.log(median) / Math.log(share) : 1 };
}

function medianAbove(sorted: Float32Array, floor: number): number {
  const first = sorted.findIndex((value) => value > floor);
  return sorted[(Math.max(first, 0) + sorted.length) >> 1];
}

/** Every n-th value that is finite and not zero; n shares no factor with the row, so that no column is missed. */
export function sampleOf(data: VoxelData, rowLength: number, samples = SAMPLES): Float32Array {
  let step = Math.max(1, Math.floor(data.length / (4 * samples)));
  while (greatestCommonDivisor(step, rowLength) > 1) step++;
  const out = new Float32Array(Math.ceil(data.length / step));
  let count = 0;
  for (let n = 0; n < data.length; n += step) {
    const value = data[n];
    if (value !== 0 && Number.isFinite(value)) out[count++] = value;
  }
  return out.subarray(0, count);
}

/** A value as a grey level, 0–255. */
export function greyOf(value: number, { low, high, gamma = 1 }: IntensityWindow): number {
  const share = (value - low) / (high - low);
  if (!(share > 0)) return 0;
  if (share >= 1) return 255;
  return (255 * (gamma === 1 ? share : share ** gamma) + 0.5) | 0;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
