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

/**
 * Sums of label probabilities: of a network that tells labels, what each region has.
 *
 * @param labels how likely 0, 2, 1 and 4 are at each voxel, in shares of whatever they come to together; all 0 where
 * nothing is known, which is no tumour. Of the same length, and overwritten
 */
export function labelsToRegions(labels: readonly Float32Array[]): RegionProbabilities {
  const [background, oedema, core, enhancing] = labels;
  for (let n = 0; n < background.length; n++) {
    const all = background[n] + oedema[n] + core[n] + enhancing[n];
    const share = all > 0 ? 1 / all : 0;
    enhancing[n] *= share;
    core[n] = core[n] * share + enhancing[n];
    oedema[n] = oedema[n] * share + core[n];
  }
  return { WT: oedema, TC: core, ET: enhancing };
}

/**
 * The likeliest of the labels 0, 2, 1, 4 at each voxel, of a network that tells labels: their probabilities are what
 * each region has beyond the next one inside it, 1 - WT, WT - TC, TC - ET and ET. Of equal ones the outer wins.
 *
 * @param regions sums of label probabilities, so ET <= TC <= WT
 */
export function likeliestLabels({ TC, WT, ET }: RegionProbabilities): Uint8Array {
  const labels = new Uint8Array(WT.length);
  for (let n = 0; n < labels.length; n++) {
    const oedema = WT[n] - TC[n];
    const core = TC[n] - ET[n];
    const outer = Math.max(1 - WT[n], oedema);
    if (ET[n] > core && ET[n] > outer) labels[n] = 4;
    else if (core > outer) labels[n] = 1;
    else if (oedema > 1 - WT[n]) labels[n] = 2;
  }
  return labels;
}
