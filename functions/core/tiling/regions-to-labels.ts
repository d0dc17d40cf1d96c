/** Probabilities of BraTS's three overlapping regions, each 0 to 1, of equal length. */
export interface RegionProbabilities {
  readonly TC: Float32Array;
  readonly WT: Float32Array;
  readonly ET: Float32Array;
}

/** A region is where its probability is above this. */
export const REGION_THRESHOLD = 0.5;

/**
 * Overlapping regions to BraTS labels, painted from the outside in as nnU-Net does for BraTS: 2 (oedema) where whole
 * tumour, over it 1 (necrotic core) where tumour core, over that 4 (enhancing) where enhancing tumour.
 *
 * What is read back from the labels is nested always: an enhancing voxel is core and whole tumour, a core voxel whole
 * tumour, also where the outer region's own probability missed it. The inner and rarer finding wins.
 */
export function regionsToLabels({ TC, WT, ET }: RegionProbabilities): Uint8Array {
  const labels = new Uint8Array(WT.length);
  for (let n = 0; n < labels.length; n++) {
    if (ET[n] > REGION_THRESHOLD) labels[n] = 4;
    else if (TC[n] > REGION_THRESHOLD) labels[n] = 1;
    else if (WT[n] > REGION_THRESHOLD) labels[n] = 2;
  }
  return labels;
}
