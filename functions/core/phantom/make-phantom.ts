import { apply, IDENTITY } from '../geometry/affine.ts';
import { createRandom } from '../random.ts';
import type { Affine, Vec3, Volume } from '../volume/volume.ts';
import { acquire } from './acquire.ts';
import { createAnatomy } from './anatomy.ts';
import { CONTRASTS, PHANTOM_SEQUENCES, type PhantomSequence } from './contrasts.ts';
import { HEAD_CENTRE } from './lobes.ts';
import { type RenderedBrain, renderBrain } from './render-brain.ts';
import { randomMotion } from './rigid.ts';
import { sequenceGrid } from './sequence-grid.ts';
import { createTumour } from './tumour.ts';

export interface PhantomOptions {
  /** Same seed, same options: the same study, voxel for voxel. Default 1. */
  readonly seed?: number | string;
  /** Voxel size of the reference sequence in mm, 1 to 8, the same along each axis; others' voxels grow with it. Default 1. */
  readonly spacingMm?: number;
  /** Field of view along left-right, back-front, down-up, mm; at least 170, 205, 175. Default 180, 216, 184. */
  readonly fieldMm?: Vec3;
  /** All sequences on the reference's grid, unmoved, as after registration. Default false. */
  readonly aligned?: boolean;
}

/** A made-up glioma study whose truth is known. */
export interface PhantomStudy {
  readonly referenceSequence: 'T1ce';
  /** Each sequence on its own grid: whole numbers 0 to 32767, 0 outside the brain. */
  readonly sequences: Readonly<Record<PhantomSequence, Volume<Float32Array>>>;
  /** BraTS labels (1 necrotic core, 2 oedema, 4 enhancing) on the reference sequence's grid. */
  readonly reference: Volume<Uint8Array>;
  /** For each sequence: reference world point -> the same tissue's world point in the sequence. Row-major, RAS mm. */
  readonly transforms: Readonly<Record<PhantomSequence, Affine>>;
  /** World points of the reference, RAS mm, evenly spread over the brain: where registration is judged. */
  readonly brainPoints: readonly Vec3[];
}

/** A small one for quick runs of the pipeline: 48 × 56 × 48 voxels of 4 mm. */
export const SMALL_PHANTOM: PhantomOptions = { spacingMm: 4, fieldMm: [192, 224, 192] };

/** What the largest head takes, moved as far as patients move here. */
const HEAD_MM: Vec3 = [170, 205, 175];

/** Distance of the points at which registration is judged, mm. */
const POINT_STEP_MM = 12;

/**
 * Makes a study. Full size takes a few seconds, the small one a fraction of one.
 * @throws RangeError when spacing or field are out of range
 */
export function makePhantom(options: PhantomOptions = {}): PhantomStudy {
  const { seed = 1, spacingMm = 1, fieldMm = [180, 216, 184], aligned = false } = options;
  checkOptions(spacingMm, fieldMm);
  const random = createRandom(seed);
  const anatomy = createAnatomy(random);
  const tumour = createTumour(random);
  const motions = PHANTOM_SEQUENCES.map(() => randomMotion(random, HEAD_CENTRE));
  const referenceGrid = sequenceGrid('T1ce', fieldMm, HEAD_CENTRE, spacingMm);
  const head = renderBrain(anatomy, tumour, referenceGrid, spacingMm);
  const sequences: Partial<Record<PhantomSequence, Volume<Float32Array>>> = {};
  const transforms: Partial<Record<PhantomSequence, Affine>> = {};
  PHANTOM_SEQUENCES.forEach((sequence, n) => {
    const stays = aligned || sequence === 'T1ce';
    const grid = stays ? referenceGrid : sequenceGrid(sequence, fieldMm, HEAD_CENTRE, spacingMm);
    const transform = stays ? IDENTITY : motions[n];
    const signal = { ...referenceGrid, data: head.signals[sequence] };
    const brain = { ...referenceGrid, data: head.brain };
    sequences[sequence] = acquire(signal, brain, grid, transform, CONTRASTS[sequence], anatomy.noise, random);
    transforms[sequence] = transform;
  });
  return {
    referenceSequence: 'T1ce',
    sequences: sequences as PhantomStudy['sequences'],
    reference: { ...referenceGrid, data: head.labels },
    transforms: transforms as PhantomStudy['transforms'],
    brainPoints: spreadPoints(head, spacingMm),
  };
}

function checkOptions(spacingMm: number, fieldMm: Vec3): void {
  if (!(spacingMm >= 1 && spacingMm <= 8)) throw new RangeError(`spacing is ${spacingMm} mm: expected 1 to 8`);
  if (fieldMm.some((mm, axis) => !(mm >= HEAD_MM[axis] && mm <= 400)))
    throw new RangeError(`field is ${fieldMm} mm: expected at least ${HEAD_MM} and at most 400 along each axis`);
}

/** Brain voxels on a lattice of about POINT_STEP_MM. */
function spreadPoints({ brain, shape: [ni, nj, nk], affine }: RenderedBrain, spacingMm: number): Vec3[] {
  const step = Math.max(1, Math.round(POINT_STEP_MM / spacingMm));
  const points: Vec3[] = [];
  for (let k = 0; k < nk; k += step)
    for (let j = 0; j < nj; j += step)
      for (let i = 0; i < ni; i += step) if (brain[i + ni * (j + nj * k)] !== 0) points.push(apply(affine, [i, j, k]));
  return points;
}
