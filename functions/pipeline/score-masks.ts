import type { RegionScore } from '../contract/documents.ts';
import { forRegions, REGION_LABELS, type Region } from '../contract/model.ts';
import { scoreRegion } from '../core/evaluation/score-region.ts';
import { maskOf } from '../core/volume/mask-of.ts';
import type { Volume } from '../core/volume/volume.ts';

export interface MasksToScore {
  /** Both in BraTS's labels, on the reference's grid. */
  mask: Uint8Array;
  reference: Volume<Uint8Array>;
  /** What soft Dice is of, 0 to 1, on the same grid. */
  probabilities?: Record<Region, Float32Array>;
  /** What specificity is over. */
  brain?: Uint8Array;
}

/** Every region of a mask against a reference's. */
export function scoreMasks({ mask, reference, probabilities, brain }: MasksToScore): Record<Region, RegionScore> {
  return forRegions((region) =>
    scoreRegion({
      grid: reference,
      mask: maskOf(mask, REGION_LABELS[region]),
      reference: maskOf(reference.data, REGION_LABELS[region]),
      probability: probabilities?.[region],
      brain,
    }),
  );
}
