import type { Metrics, Transforms } from '../contract/documents.ts';
import type { LabelTable, ModelSpec, Sequence } from '../contract/model.ts';
import type { RegistrationCheck } from '../core/image/registration-check.ts';
import type { Volume, VoxelData } from '../core/volume/volume.ts';

/** All that a report shows. Nothing in it may vary between two runs of one study: no times, no dates, no machine. */
export interface ReportInput {
  /** The study as its owner named it. May name a patient; anything may stand in it. */
  study: string;
  run: string;
  metrics: Metrics;
  transforms: Transforms;
  model: ModelSpec;
  /** More of the model card, as name and value: trained on what, scored on what, terms. */
  modelCard?: readonly (readonly [name: string, value: string])[];
  /** How the reference mask's labels were read, and would have been where none came. */
  labelTable: LabelTable;
  /** Every sequence on the reference's grid; masks and uncertainty lie on the same. */
  volumes: Partial<Record<Sequence, Volume<VoxelData>>>;
  /** What came in, of each sequence. */
  originals: Partial<Record<Sequence, OriginalImage>>;
  /** BraTS labels 1, 2, 4. */
  mask: Volume<Uint8Array>;
  /** 0 to 255 for 0 to 1 bit. */
  uncertainty: Volume<Uint8Array>;
  /** BraTS labels 1, 2, 4. */
  referenceMask?: Volume<Uint8Array>;
  /** Checkerboards as PNG files, from `drawRegistrationCheck`; of the reference itself there are none. */
  registrationChecks?: Partial<Record<Sequence, RegistrationCheck<Uint8Array>>>;
  /** Names of what lies beside the report. */
  artefacts: readonly string[];
  /** Script of the viewer: NiiVue, bundled for the browser. */
  viewerScript: string;
  codec: ReportCodec;
}

/** One sequence as it was uploaded. */
export interface OriginalImage {
  name?: string;
  shape: readonly [number, number, number];
  spacingMm: readonly [number, number, number];
  /** Toward which side i, j, k increase, as RAS letters. */
  orientation: string;
}

/** The part of the codec port that a report needs. */
export interface ReportCodec {
  /** Hex. */
  sha256(bytes: Uint8Array): Promise<string>;
  gzip(bytes: Uint8Array): Promise<Uint8Array>;
  png(rgb: Uint8Array, width: number, height: number): Promise<Uint8Array>;
}
