/** Voxels by what mask and reference say of them. */
export interface Overlap {
  both: number;
  maskOnly: number;
  referenceOnly: number;
  neither: number;
}

/**
 * Counts a mask against a reference, of equal length, non-zero inside.
 * @param within counts only where this is non-zero, for instance the brain; everywhere by default
 */
export function countOverlap(mask: Uint8Array, reference: Uint8Array, within?: Uint8Array): Overlap {
  if (mask.length !== reference.length)
    throw new RangeError(`mask of ${mask.length} voxels against a reference of ${reference.length}`);
  const counts = new Uint32Array(4);
  for (let n = 0; n < mask.length; n++)
    if (within === undefined || within[n] !== 0) counts[(mask[n] !== 0 ? 1 : 0) + (reference[n] !== 0 ? 2 : 0)]++;
  return { neither: counts[0], maskOnly: counts[1], referenceOnly: counts[2], both: counts[3] };
}

/** Dice (1945): 2 |A ∩ B| / (|A| + |B|), 0 to 1; null where both are empty. */
export function dice({ both, maskOnly, referenceOnly }: Overlap): number | null {
  return quotient(2 * both, 2 * both + maskOnly + referenceOnly);
}

/** Share of the reference that the mask found, 0 to 1; null where the reference is empty. */
export function sensitivity({ both, referenceOnly }: Overlap): number | null {
  return quotient(both, both + referenceOnly);
}

/** Share of what is not the reference that the mask left alone, 0 to 1; null where the reference is all there is. */
export function specificity({ neither, maskOnly }: Overlap): number | null {
  return quotient(neither, neither + maskOnly);
}

/**
 * Soft Dice with squared denominators (Milletari et al., V-Net, 3DV 2016): 2 Σ p r / (Σ p² + Σ r²), 0 to 1; null where
 * both are zero everywhere.
 * @param probability 0 to 1 at each voxel
 * @param reference non-zero inside, counted as 1
 */
export function softDice(probability: Float32Array, reference: Uint8Array): number | null {
  let product = 0;
  let squares = 0;
  for (let n = 0; n < probability.length; n++) {
    const p = probability[n];
    squares += p * p;
    if (reference[n] !== 0) {
      product += p;
      squares += 1;
    }
  }
  return quotient(2 * product, squares);
}

function quotient(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
