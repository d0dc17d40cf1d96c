import type { LabelTable, ModelSpec, Region, Sequence } from './model.ts';

/** What the pipeline keeps in the two buckets, as JSON. Matrices are 16 numbers, row-major, RAS mm. */

/** `study.json`: what the uploader says of a study; it wins over file names. All fields may be left out. */
export interface StudyFile {
  /** File of each sequence, relative to the study's folder. */
  sequences?: Partial<Record<Sequence, string>>;
  /** One 4D file, and the sequences of its volumes in order (Medical Decathlon: FLAIR, T1, T1ce, T2). */
  fourD?: { file: string; order?: readonly Sequence[] };
  /** A reference mask on the reference sequence's grid. */
  reference?: string;
  labelTable?: LabelTable;
  /** The sequence that others are registered to; T1ce where nothing is said. */
  referenceSequence?: Sequence;
  /** What was uploaded, so that completeness can be seen. */
  files?: readonly { name: string; bytes: number; sha256: string }[];
}

/** An object pinned by version and content. */
export interface Pinned {
  /** Name inside the study's folder. May name a patient. */
  name: string;
  key: string;
  version: string;
  sha256: string;
}

/** Which volume of which file is a sequence. */
export interface PinnedSequence extends Pinned {
  /** Index along the fourth axis; 0 for a 3D file. */
  volume: number;
}

/** A sampling grid: voxels along i, j, k, and voxel -> RAS mm. */
export interface StoredGrid {
  shape: readonly [number, number, number];
  affine: readonly number[];
}

/** `runs/<run>/manifest.json`: what ingest found; every later stage reads the pinned versions only. */
export interface Manifest {
  run: string;
  study: string;
  pipelineVersion: number;
  model: ModelSpec;
  sequences: Partial<Record<Sequence, PinnedSequence>>;
  referenceSequence: Sequence;
  reference?: Pinned;
  labelTable: LabelTable;
  /** Grid of each sequence as it was uploaded. */
  grids: Partial<Record<Sequence, StoredGrid>>;
  /** Coded remarks that go with the result, such as SKULL_PRESENT. */
  warnings: readonly Warning[];
}

export interface Warning {
  code: 'SKULL_PRESENT' | 'NOT_FINITE_OUTSIDE_BRAIN' | 'REGISTRATION_DOUBTFUL';
  message: string;
}

/** How one sequence was laid on the reference. */
export interface SequenceTransform {
  /** Reference world point -> this sequence's world point. */
  matrix: readonly number[];
  /** `skipped`: headers and pixels agreed already. */
  method: 'reference' | 'skipped' | 'rigid';
  /** Mutual information with the reference, nats, before and after. */
  mutualInformation?: { before: number; after: number };
  /** Mean displacement over the brain in mm: how much the registration moved it. */
  movedMm?: number;
}

/** `runs/<run>/transforms.json`, and `transforms.json` among the artefacts. */
export interface Transforms {
  referenceSequence: Sequence;
  sequences: Partial<Record<Sequence, SequenceTransform>>;
  warnings: readonly Warning[];
}

/** `runs/<run>/plan.json`: written before the first tensor. Tensor axes D, H, W throughout. */
export interface Plan {
  run: string;
  modelDigest: string;
  /** The model grid: shape along i, j, k = W, H, D and the affine of those. */
  grid: StoredGrid;
  /** Tile shape D, H, W. */
  tile: readonly [number, number, number];
  tiles: readonly PlannedTile[];
}

export interface PlannedTile {
  id: string;
  /** First voxel along D, H, W; may be negative or reach past the grid, where the tensor is padded with zeros. */
  origin: readonly [number, number, number];
}

/** `runs/<run>/predictions.json`: the versions that `reduce` reads, written once. */
export interface PredictionList {
  run: string;
  predictions: Readonly<Record<string, string>>;
}

/** Agreement of one region with a reference; null where it cannot be said. */
export interface RegionScore {
  dice: number | null;
  softDice: number | null;
  hd95Mm: number | null;
  surfaceDice1mm: number | null;
  sensitivity: number | null;
  specificity: number | null;
  referenceMl: number;
  /** Millilitres found although the reference is empty, or missed although the mask is. */
  falseMl: number | null;
  lesions: LesionScores;
}

/** The region lesion by lesion, as in BraTS 2023. */
export interface LesionScores {
  /** Means over reference lesions above 50 mm³ and false positives; the unmatched count 0 and 374 mm. */
  dice: number | null;
  hd95Mm: number | null;
  /** Reference lesions above 50 mm³ that the mask touches, and those that it does not. */
  found: number;
  missed: number;
  /** Pieces of the mask that touch no reference lesion. */
  falsePositives: number;
}

/** `metrics.json`. */
export interface Metrics {
  /** Research use only, not a medical device. */
  notice: string;
  model: { name: string; digest: string; dims: 2 | 3; experimental: boolean };
  pipelineVersion: number;
  volumesMl: Record<Region, number>;
  /** Millilitres by BraTS label: 1 necrotic core, 2 oedema, 4 enhancing. */
  labelsMl: Record<'1' | '2' | '4', number>;
  /** Mean entropy inside the whole tumour, bits; null where there is none. */
  uncertainty: { meanEntropyInTumour: number | null };
  /** Components taken away, by region, and what they held. */
  cleaned: Record<Region, { components: number; ml: number }>;
  registration: Transforms['sequences'];
  reference?: { labelTable: LabelTable; scores: Record<Region, RegionScore> };
  warnings: readonly Warning[];
}

/** `result.json`: the commit point. Names each artefact but the receipt. */
export interface Result {
  v: 1;
  study: string;
  run: string;
  modelDigest: string;
  pipelineVersion: number;
  volumesMl: Record<Region, number>;
  artefacts: Readonly<Record<string, { key: string; sha256: string; bytes: number }>>;
}

/** `error.json`: only the uploader sees it, so it may name the file. */
export interface StudyError {
  v: 1;
  study: string;
  kind: 'refused' | 'failed';
  code: string;
  message: string;
  run?: string;
}

/** What one stage took. Lives beside the run, and in `receipt.json`: the only artefact that varies. */
export interface StageReceipt {
  stage: string;
  seconds: number;
  /** Resident memory at the end of the stage, MiB. */
  rssMb: number;
  count?: number;
}

/** `open/<id>.json`: a run under way, or an error, that the world has not been told of yet. */
export interface OpenWork {
  v: 1;
  study: string;
  run?: string;
}
