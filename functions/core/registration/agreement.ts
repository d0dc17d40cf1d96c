import { IDENTITY } from '../geometry/affine.ts';
import { overlapFraction } from '../geometry/overlap.ts';
import type { Volume } from '../volume/volume.ts';
import { meanDisplacementMm, pointsOf } from './displacement.ts';
import { centreOfForeground, cropToForeground } from './foreground.ts';
import { rigidMatrix } from './rigid-parameters.ts';
import { searchRigid } from './search-rigid.ts';
import { shrink } from './shrink.ts';
import { createSimilarity } from './similarity.ts';

/** Spacing of the images compared, every how manyth of the fixed one's voxels is looked at, and steps of the search. */
interface Look {
  mm: number;
  stride: number;
  firstStepMm: number;
  lastStepMm: number;
}

/** A first, cheap look tells what is plainly off; only what is not needs the second. */
const COARSE: Look = { mm: 4, stride: 2, firstStepMm: 4, lastStepMm: 2 };
const FINE: Look = { mm: 2, stride: 2, firstStepMm: 2, lastStepMm: 0.25 };
const PLAINLY_OFF_MM = 5;
const MARGIN_MM = 8;
/** Fields of view that share less than this were not planned on one another. */
const LEAST_OVERLAP = 0.5;

export interface Agreement {
  agrees: boolean;
  /** Mean distance over the tissue from the identity to the best pose near it, mm; infinite without overlap. */
  offsetMm: number;
}

/** Published, co-registered sequences were seen to lie up to 0.8 mm from the best pose found here, with thick slices 1.1. */
export const AGREEMENT_MM = 1.25;

/**
 * Do two images lie on each other already? Their headers must overlap, and their pixels must say that no small motion
 * lays them better: starting at the identity, the best pose of normalised mutual information lies within 1.25 mm.
 */
export function checkAgreement(fixed: Volume, moving: Volume): Agreement {
  const off: Agreement = { agrees: false, offsetMm: Number.POSITIVE_INFINITY };
  if (Math.max(overlapFraction(fixed, moving), overlapFraction(moving, fixed)) < LEAST_OVERLAP) return off;
  const coarsely = offsetAt(fixed, moving, COARSE);
  if (coarsely > PLAINLY_OFF_MM) return { agrees: false, offsetMm: coarsely };
  const finely = offsetAt(fixed, moving, FINE);
  return { agrees: finely <= AGREEMENT_MM, offsetMm: finely };
}

/** Mean distance over the tissue from the identity to the best pose near it, mm. */
function offsetAt(fixed: Volume, moving: Volume, { mm, stride, firstStepMm, lastStepMm }: Look): number {
  const thin = shrink(fixed, mm);
  const cropped = cropToForeground(thin, thin, MARGIN_MM);
  const similarity = createSimilarity(cropped, shrink(moving, mm), stride);
  const centre = centreOfForeground(cropped);
  const identity = { parameters: [0, 0, 0, 0, 0, 0], similarity: similarity(IDENTITY) } as const;
  if (identity.similarity === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
  const best = searchRigid(similarity, identity, centre, { firstMm: firstStepMm, lastMm: lastStepMm });
  return meanDisplacementMm(rigidMatrix(best.parameters, centre), pointsOf(cropped));
}

/** Whether `checkAgreement` says that registration can be skipped. */
export function agree(fixed: Volume, moving: Volume): boolean {
  return checkAgreement(fixed, moving).agrees;
}
