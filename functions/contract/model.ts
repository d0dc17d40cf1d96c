/** The `neurotile` block of a model's MONAI metadata: all that running it needs. */
export interface ModelSpec {
  readonly formatVersion: 1;
  readonly name: string;
  /** 3: tiles are sub-volumes. 2: tiles are slabs of slices along the first tensor axis. */
  readonly dims: 2 | 3;
  /** Input channels, in order. */
  readonly sequences: readonly Sequence[];
  /** Direction toward which tensor axes D, H, W increase, e.g. "SPL" (nibabel's letters). */
  readonly axes: string;
  /** Voxel size along D, H, W in mm. */
  readonly spacingMm: readonly [number, number, number];
  /** Tile shape D, H, W in voxels; for `dims` 2, D is slices a slab. */
  readonly tile: readonly [number, number, number];
  /** Overlap of neighbouring tiles along D, H, W, as a fraction of the tile: 0 up to below 1. */
  readonly overlap: readonly [number, number, number];
  /** Output channels, in order: sigmoid regions. */
  readonly regions: readonly Region[];
  readonly normalisation: { readonly kind: 'z-score'; readonly mask: 'nonzero' };
  /** Divides each region's logits before the sigmoid. */
  readonly temperature: readonly number[];
  /** sha256 of models/model.onnx, hex. */
  readonly digest: string;
  readonly experimental?: boolean;
}

/** MRI sequences, by BraTS's names. */
export const SEQUENCES = ['T1', 'T1ce', 'T2', 'FLAIR'] as const;
export type Sequence = (typeof SEQUENCES)[number];

/** BraTS regions: tumour core, whole tumour, enhancing tumour. */
export const REGIONS = ['TC', 'WT', 'ET'] as const;
export type Region = (typeof REGIONS)[number];

/**
 * Labels that references use, as BraTS's own 1 necrotic core, 2 oedema, 4 enhancing.
 * Reading one table as the other swaps core and oedema in silence, so the table used is always printed.
 */
export const LABEL_TABLES: Readonly<Record<LabelTable, Readonly<Record<number, 0 | 1 | 2 | 4>>>> = {
  brats: { 0: 0, 1: 1, 2: 2, 3: 4, 4: 4 },
  msd: { 0: 0, 1: 2, 2: 1, 3: 4 },
};
export type LabelTable = 'brats' | 'msd';

/** Which BraTS labels make a region. */
export const REGION_LABELS: Readonly<Record<Region, readonly number[]>> = { TC: [1, 4], WT: [1, 2, 4], ET: [4] };

/** The entries of a record by sequence, typed. */
export function entriesOf<T>(record: Partial<Record<Sequence, T>>): [Sequence, T][] {
  return SEQUENCES.flatMap((s) => (record[s] === undefined ? [] : [[s, record[s] as T] as [Sequence, T]]));
}
