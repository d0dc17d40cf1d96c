import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNodeCodec } from '../../functions/adapters/node-codec.ts';
import type { Metrics, RegionScore, SequenceTransform } from '../../functions/contract/documents.ts';
import { SEQUENCES, type Sequence } from '../../functions/contract/model.ts';
import { axisCodes, multiply, spacingMm, voxelMl } from '../../functions/core/geometry/affine.ts';
import { drawRegistrationCheck } from '../../functions/core/image/registration-check.ts';
import { readNifti } from '../../functions/core/nifti/read-nifti.ts';
import { entropyBits } from '../../functions/core/tiling/uncertainty.ts';
import type { Affine, Volume } from '../../functions/core/volume/volume.ts';
import type { ReportInput } from '../../functions/report/report-input.ts';

type Study = Pick<ReportInput, 'study' | 'volumes' | 'referenceMask'> & { mask: Volume<Uint8Array> };

/** A rigid map that nobody overlooks: 12° about the vertical axis and some centimetres of shift. */
const MOVED: Affine = [0.978, -0.208, 0, 14, 0.208, 0.978, 0, -9, 0, 0, 1, 6, 0, 0, 0, 1];

/**
 * A report's input from volumes on one grid and a mask, with figures worked out of these: what the pipeline would hand
 * over. Every sequence but T1ce counts as moved by `MOVED` and brought back.
 */
export async function reportInputOf(study: Study, overrides: Partial<ReportInput> = {}): Promise<ReportInput> {
  const codec = createNodeCodec();
  const reference = study.volumes.T1ce!;
  const moving = SEQUENCES.filter((name) => name !== 'T1ce' && study.volumes[name]);
  const checks: NonNullable<ReportInput['registrationChecks']> = {};
  for (const name of moving) {
    const volume = study.volumes[name]!;
    const check = drawRegistrationCheck(reference, { ...volume, affine: multiply(MOVED, volume.affine) }, MOVED);
    const png = ({ data, width, height }: typeof check.before) => codec.png(data, width, height);
    checks[name] = { before: await png(check.before), after: await png(check.after) };
  }
  const metrics = metricsOf(study);
  return {
    ...study,
    run: '0123456789abcdef0123456789abcdef',
    metrics,
    transforms: { referenceSequence: 'T1ce', sequences: metrics.registration, warnings: [] },
    model: {
      formatVersion: 1,
      name: 'unet3d-1mm',
      dims: 3,
      sequences: SEQUENCES,
      axes: 'SPL',
      spacingMm: [1, 1, 1],
      tile: [96, 96, 96],
      overlap: [0.5, 0.5, 0.5],
      regions: ['TC', 'WT', 'ET'],
      normalisation: { kind: 'z-score', mask: 'nonzero' },
      temperature: [1, 1, 1],
      digest: 'd'.repeat(64),
    },
    modelCard: [['Trained on', '24 studies of BraTS 2018 and 2021']],
    labelTable: 'brats',
    originals: Object.fromEntries(SEQUENCES.map((name) => [name, originalOf(name, study)])),
    uncertainty: uncertaintyOf(study.mask),
    registrationChecks: checks,
    artefacts: ['mask.nii.gz', 'metrics.json', 'transforms.json', 'registered/T1ce.nii.gz'],
    viewerScript: 'void 0;',
    codec,
    ...overrides,
  };
}

/** A study of the data folder, by BraTS's names; its `seg` is the reference, and 2 voxels beside it the mask. */
export async function readStudy(folder: string): Promise<Study> {
  const names = await readdir(folder);
  const codec = createNodeCodec();
  const read = async (suffix: string) => {
    const name = names.find((n) => n.endsWith(`_${suffix}.nii.gz`))!;
    return readNifti(await codec.gunzip(await readFile(join(folder, name)), 1e9));
  };
  const pairs: [Sequence, Volume][] = [];
  for (const name of SEQUENCES) pairs.push([name, await read(name.toLowerCase())]);
  const seg = await read('seg');
  const referenceMask = { ...seg, data: Uint8Array.from(seg.data) };
  const mask = { ...seg, data: new Uint8Array(seg.data.length) };
  mask.data.set(referenceMask.data.subarray(0, -2), 2);
  return { study: folder.split('/').at(-1)!, volumes: Object.fromEntries(pairs), mask, referenceMask };
}

/** A ball of a brain, 40 × 48 × 36 voxels of 1.5 mm, with a tumour of three shells in its left front upper part. */
export function ballStudy(): Study {
  const [ni, nj, nk] = [40, 48, 36];
  const grid = { shape: [ni, nj, nk], affine: [-1.5, 0, 0, 30, 0, 1.5, 0, -35, 0, 0, 1.5, -25, 0, 0, 0, 1] } as const;
  const mask = new Uint8Array(ni * nj * nk);
  const base = new Float32Array(mask.length);
  for (let n = 0; n < mask.length; n++) {
    const [i, j, k] = [n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))];
    const brain = Math.hypot((i - 20) / 17, (j - 24) / 21, (k - 18) / 15);
    if (brain < 1) base[n] = 100 + 40 * Math.sin(i) * Math.cos(j / 2) + 10 * brain;
    const tumour = Math.hypot(i - 27, j - 32, k - 23); // i runs to the left, j to the front, k to the head
    if (brain < 1 && tumour < 7.1) mask[n] = tumour < 2.5 ? 1 : tumour < 4 ? 4 : 2;
  }
  const shade = (tints: readonly number[]): Volume => ({ ...grid, data: base.map((v, n) => v * tints[mask[n]]) });
  const volumes = {
    T1: shade([1, 0.6, 0.8, 0, 0.8]),
    T1ce: shade([1, 0.6, 0.8, 0, 2]),
    T2: shade([0.8, 2, 1.7, 0, 1.4]),
    FLAIR: shade([0.9, 1, 1.9, 0, 1.6]),
  };
  return { study: 'ball', volumes, mask: { ...grid, data: mask } };
}

function originalOf(name: Sequence, { volumes, study }: Study): ReportInput['originals'][Sequence] {
  const { shape, affine } = volumes[name]!;
  const spacing = spacingMm(affine);
  return { name: `${study}_${name.toLowerCase()}.nii.gz`, shape, spacingMm: spacing, orientation: axisCodes(affine) };
}

/** Entropy of the share of tumour around a voxel, 7 by 7 by 7: unsure at borders. */
function uncertaintyOf({ data, shape, affine }: Volume<Uint8Array>): Volume<Uint8Array> {
  const bits = Uint8Array.from({ length: 1001 }, (_, n) => Math.round(255 * entropyBits(n / 1000)));
  let share: Float32Array = Float32Array.from(data);
  for (let n = 0; n < share.length; n++) if (share[n] > 0) share[n] = 1;
  for (const step of [1, shape[0], shape[0] * shape[1]]) share = runningMean(share, step);
  const out = new Uint8Array(data.length);
  for (let n = 0; n < out.length; n++) out[n] = bits[(1000 * share[n] + 0.5) | 0];
  return { shape, affine, data: out };
}

/** Mean of each value and three neighbours on either side, `step` apart; borders stay as they are. */
function runningMean(values: Float32Array, step: number): Float32Array {
  const out = values.slice();
  for (let n = 3 * step; n < values.length - 3 * step; n++) {
    let sum = 0;
    for (let m = n - 3 * step; m <= n + 3 * step; m += step) sum += values[m];
    out[n] = sum / 7;
  }
  return out;
}

function metricsOf({ mask, referenceMask }: Study): Metrics {
  const ml = (labels: readonly number[], data = mask.data) =>
    data.reduce((count, label) => count + (labels.includes(label) ? 1 : 0), 0) * voxelMl(mask.affine);
  const rigid: SequenceTransform = {
    matrix: MOVED,
    method: 'rigid',
    mutualInformation: { before: 0.412, after: 0.736 },
    movedMm: 21.37,
  };
  const scoreOf = (labels: readonly number[]): RegionScore => ({
    dice: 0.912345,
    softDice: 0.9,
    hd95Mm: 2.236,
    surfaceDice1mm: 0.81,
    sensitivity: 0.93,
    specificity: 0.99941,
    referenceMl: ml(labels, referenceMask!.data),
    falseMl: null,
    lesions: { dice: 0.3117, hd95Mm: 189.1, found: 2, missed: 1, falsePositives: 3 },
  });
  return {
    notice: 'Research use only, not a medical device.',
    model: { name: 'unet3d-1mm', digest: 'd'.repeat(64), dims: 3, experimental: true },
    pipelineVersion: 1,
    volumesMl: { WT: ml([1, 2, 4]), TC: ml([1, 4]), ET: ml([4]) },
    labelsMl: { 1: ml([1]), 2: ml([2]), 4: ml([4]) },
    uncertainty: { meanEntropyInTumour: 0.1834 },
    cleaned: { WT: { components: 3, ml: 0.21 }, TC: { components: 0, ml: 0 }, ET: { components: 1, ml: 0.04 } },
    registration: {
      T1: rigid,
      T1ce: { matrix: MOVED, method: 'reference' },
      T2: { ...rigid, method: 'skipped' },
      FLAIR: rigid,
    },
    ...(referenceMask && {
      reference: { labelTable: 'brats', scores: { WT: scoreOf([1, 2, 4]), TC: scoreOf([1, 4]), ET: scoreOf([4]) } },
    }),
    warnings: [],
  };
}
