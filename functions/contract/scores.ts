import type { RegionScore } from './documents.ts';
import type { LabelTable, Region } from './model.ts';

/** What is averaged over studies. Shares from 0 to 1, but those whose names end in a unit. */
export const MEASURES = [
  'dice',
  'lesionDice',
  'surfaceDice1mm',
  'hd95Mm',
  'lesionHd95Mm',
  'softDice',
  'sensitivity',
  'specificity',
  'volumeErrorMl',
] as const;
export type MeasureName = (typeof MEASURES)[number];

/** Smaller references are counted, and their false millilitres given, but a voxel more or less would swing their scores. */
export const LEAST_REFERENCE_ML = 0.5;

export interface ScoredRegion extends RegionScore {
  maskMl: number;
}

/** One mask against its reference. */
export interface StudyScores {
  /** May name a patient. */
  study: string;
  labelTable: LabelTable;
  /** The mask lay on another grid and was brought onto the reference's, nearest voxel. */
  resampled: boolean;
  /** Those that the reference can tell. */
  regions: Partial<Record<Region, ScoredRegion>>;
}

export interface Spread {
  n: number;
  mean: number | null;
  sd: number | null;
  median: number | null;
  least: number | null;
  most: number | null;
}

export interface PairedDifference {
  n: number;
  mean: number | null;
  /** 95 % interval of the mean. */
  low: number | null;
  high: number | null;
}

/** One region over all studies whose reference can tell of it. */
export interface RegionSummary {
  studies: number;
  /** References of at least LEAST_REFERENCE_ML: all that means are over. */
  scored: number;
  /** References below that, but not empty. */
  small: number;
  /** Reference and mask empty. */
  bothEmpty: number;
  /** Reference empty, mask not; and the millilitres found there, in all. */
  falseAlarms: number;
  falseAlarmMl: number;
  /** In all studies. */
  lesions: { found: number; missed: number; falsePositives: number };
  measures: Record<MeasureName, Spread>;
}

export type PerRegion<T> = Partial<Record<Region, T>>;

/** `low`: probabilities from here on. `expected`, `observed`: mean probability, share in the reference. */
export interface ReliabilityRow {
  low: number;
  voxels: number;
  expected: number | null;
  observed: number | null;
}

export interface Calibration {
  /** Studies that had probabilities and a brain. */
  studies: number;
  error: number | null;
  bins: readonly ReliabilityRow[];
}

/** The masks of one folder. */
export interface MaskScores {
  /** Studies with a reference, but no mask here. */
  missing: readonly { study: string; why: string }[];
  /** Masks without a reference. */
  unused: readonly string[];
  studies: readonly StudyScores[];
  summary: PerRegion<RegionSummary>;
  calibration: PerRegion<Calibration>;
}

/** `scores.json`. */
export interface Scores {
  notice: string;
  leastReferenceMl: number;
  /** Studies with a reference. */
  references: number;
  /** Folders of studies in which there was no reference mask. */
  withoutReference: readonly string[];
  /** Masks were cleaned as the pipeline cleans its own before they were scored, on both sides. */
  cleaned: boolean;
  masks: MaskScores;
  against?: MaskScores & {
    /** The first folder's less this one's, study by study. */
    differences: PerRegion<Record<MeasureName, PairedDifference>>;
    seed: number;
  };
}
