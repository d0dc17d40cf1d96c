import { IDENTITY } from '../geometry/affine.ts';
import { overlapFraction } from '../geometry/overlap.ts';
import type { Volume } from '../volume/volume.ts';
import { meanDisplacementMm, pointsOf } from './displacement.ts';
import { centreOfForeground, cropToForeground } from './foreground.ts';
import { rigidMatrix } from './rigid-parameters.ts';
import { searchRigid } from './search-rigid.ts';
import { shrink } from './shrink.ts';
import { createSimilarity } from './similarity.ts';

/** Spacing of the images compared, and how many of the fixed one's voxels are looked at along each axis. */
const FINE_MM = 2;
const STRIDE = 2;
const MARGIN_MM = 8;
/** Fields of view that share less than this were not planned on one another. */
const LEAST_OVERLAP = 0.5;
const FIRST_STEP_MM = 2;
const LAST_STEP_MM = 0.25;

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
  const thin = shrink(fixed, FINE_MM);
  const cropped = cropToForeground(thin, thin, MARGIN_MM);
  const similarity = createSimilarity(cropped, shrink(moving, FINE_MM), STRIDE);
  const centre = centreOfForeground(cropped);
  const identity = { parameters: [0, 0, 0, 0, 0, 0], similarity: similarity(IDENTITY) } as const;
  if (identity.similarity === Number.NEGATIVE_INFINITY) return off;
  const best = searchRigid(similarity, identity, centre, { firstMm: FIRST_STEP_MM, lastMm: LAST_STEP_MM });
  const offsetMm = meanDisplacementMm(rigidMatrix(best.parameters, centre), pointsOf(cropped));
  return { agrees: offsetMm <= AGREEMENT_MM, offsetMm };
}

/** Whether `checkAgreement` says that registration can be skipped. */
export function agree(fixed: Volume, moving: Volume): boolean {
  return checkAgreement(fixed, moving).agrees;
}
