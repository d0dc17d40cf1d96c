import { spacingMm, voxelMl } from '../geometry/affine.ts';
import type { Grid } from '../volume/volume.ts';
import type { Overlap } from './overlap.ts';
import { countOverlap, dice, sensitivity, softDice, specificity } from './overlap.ts';
import { type LesionScores, scoreLesions } from './score-lesions.ts';
import { hd95Mm, surfaceDice, surfaceDistances } from './surface-distances.ts';

/** Agreement of one region with a reference; null where it cannot be said. */
export interface RegionScore {
  dice: number | null;
  softDice: number | null;
  hd95Mm: number | null;
  surfaceDice1mm: number | null;
  sensitivity: number | null;
  specificity: number | null;
  referenceMl: number;
  falseMl: number | null;
  lesions: LesionScores;
}

export interface RegionToScore {
  /** Where mask, reference and the rest lie: arrays of its shape (ni, nj, nk), i fastest. */
  grid: Grid;
  /** Non-zero inside the region. */
  mask: Uint8Array;
  reference: Uint8Array;
  /** The region's probability, 0 to 1, before thresholds; without it there is no soft Dice. */
  probability?: Float32Array;
  /** Specificity is over this: over the whole grid it would be near 1 for any mask, for all the air. Without: none. */
  brain?: Uint8Array;
}

/**
 * One region against a reference.
 *
 *   mask    reference
 *   empty   empty       nothing is scored: all null
 *   some    empty       Dice and surface Dice 0; no HD95, no sensitivity; falseMl: what was found
 *   empty   some        Dice, surface Dice and sensitivity 0; no HD95; falseMl: what was missed
 *   some    some        all; falseMl null
 *
 * Lesion by lesion: as `scoreLesions` says.
 *
 * @throws RangeError when arrays differ in length
 */
export function scoreRegion({ grid, mask, reference, probability, brain }: RegionToScore): RegionScore {
  const overlap = countOverlap(mask, reference);
  const distances = surfaceDistances(mask, reference, grid.shape, spacingMm(grid.affine));
  const isNothing = overlap.neither === mask.length;
  const scored = <T>(value: T) => (isNothing ? null : value);
  return {
    dice: dice(overlap),
    softDice: scored(probability ? softDice(probability, reference) : null),
    hd95Mm: distances ? hd95Mm(distances) : null,
    surfaceDice1mm: scored(distances ? surfaceDice(distances, 1) : 0),
    sensitivity: sensitivity(overlap),
    specificity: scored(brain ? specificity(countOverlap(mask, reference, brain)) : null),
    referenceMl: (overlap.both + overlap.referenceOnly) * voxelMl(grid.affine),
    falseMl: falseMl(overlap, voxelMl(grid.affine)),
    lesions: scoreLesions(mask, reference, grid),
  };
}

function falseMl({ both, maskOnly, referenceOnly }: Overlap, mlPerVoxel: number): number | null {
  const referenceIsEmpty = both + referenceOnly === 0;
  const maskIsEmpty = both + maskOnly === 0;
  return referenceIsEmpty !== maskIsEmpty ? (maskOnly + referenceOnly) * mlPerVoxel : null;
}
