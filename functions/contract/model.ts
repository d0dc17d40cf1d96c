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
  /** What is told of, in order; with outputs `regions` also the output channels: the log-odds of each. */
  readonly regions: readonly Region[];
  /**
   * What the network was trained to tell. `regions` (the default): each for itself, there where p is above a half.
   * `labels`: one a voxel, the likeliest; the output channels are the log-odds of OUTPUT_LABELS, which exclude each other,
   * and the probability of a region is the sum of its labels'.
   */
  readonly outputs?: 'regions' | 'labels';
  readonly normalisation: { readonly kind: 'z-score'; readonly mask: ZScoreMask };
  /** `none`: small pieces stay in the mask, as its own framework leaves them. Default `clean`. */
  readonly postprocessing?: 'clean' | 'none';
  /** How tiles are laid and put together; left out, as models of this project are run. */
  readonly window?: WindowSpec;
  /** Divides each output channel's logits before the sigmoid. */
  readonly temperature: readonly number[];
  /** sha256 of models/model.onnx, hex. */
  readonly digest: string;
  readonly experimental?: boolean;
}

/**
 * Which voxels of a sequence are scaled by whose mean and deviation; all others are 0.
 *
 * - `nonzero`: the brain (where any sequence is not 0), by the sequence's own voxels there that are not 0
 * - `own`: the sequence's own voxels that are not 0, by themselves (MONAI's NormalizeIntensity, `nonzero`)
 * - `brain`: the brain with its holes filled, by all of it (nnU-Net's z-score with `use_mask_for_norm`)
 * - `all`: everything that is tiled, by all of it (both, without a mask)
 */
export const Z_SCORE_MASKS = ['nonzero', 'own', 'brain', 'all'] as const;
export type ZScoreMask = (typeof Z_SCORE_MASKS)[number];

export const TILE_MEANS = ['probabilities', 'log-odds', 'log'] as const;
export type TileMean = (typeof TILE_MEANS)[number];

/** The sliding windows of other frameworks, and ours. */
export interface WindowSpec {
  /** What is tiled: the box around the reference's brain and 4 voxels more; that around any sequence's; everything. */
  readonly field: 'margin' | 'tight' | 'whole';
  /** Tiles start a fixed step apart and the last is moved back (MONAI), or evenly spread (nnU-Net). */
  readonly steps: 'fixed' | 'even';
  /** How much each voxel of a tile counts where tiles overlap: ours, and the Gaussians of others. */
  readonly weights: 'gaussian' | 'nnunet' | 'monai' | 'constant';
  /**
   * What is averaged where tiles overlap. nnU-Net and MONAI take the mean of logits: of regions that is `log-odds`, of labels
   * `log`, because logits and logarithms of the softmax differ by what all labels share.
   */
  readonly mean: TileMean;
}
export const OWN_WINDOW: WindowSpec = { field: 'margin', steps: 'fixed', weights: 'gaussian', mean: 'probabilities' };

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

/** BraTS labels in the order in which a network of labels tells them. */
export const OUTPUT_LABELS = [0, 2, 1, 4] as const;

/** Output channels of a network, and of a prediction. */
export function channelsOf({ outputs, regions }: Pick<ModelSpec, 'outputs' | 'regions'>): number {
  return outputs === 'labels' ? OUTPUT_LABELS.length : regions.length;
}

/** The entries of a record by sequence, typed. */
export function entriesOf<T>(record: Partial<Record<Sequence, T>>): [Sequence, T][] {
  return SEQUENCES.flatMap((s) => (record[s] === undefined ? [] : [[s, record[s] as T] as [Sequence, T]]));
}

/** A record with an entry for each region. */
export function forRegions<T>(of: (region: Region) => T): Record<Region, T> {
  return Object.fromEntries(REGIONS.map((region) => [region, of(region)])) as Record<Region, T>;
}
