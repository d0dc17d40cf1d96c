import { voxelMl } from '../geometry/affine.ts';
import type { Components } from '../volume/components.ts';
import { findComponents } from '../volume/components.ts';
import { maskOf } from '../volume/mask-of.ts';
import type { Grid } from '../volume/volume.ts';

/**
 * Pieces of whole tumour below this are taken away. In 14 BraTS references the pieces this small held at most 0.2 ml
 * of tumours of 18 to 231 ml: at most 0.3 % is lost where they were true, and most that a model finds are not.
 */
export const SMALLEST_TUMOUR_ML = 0.1;

/**
 * A piece beside the largest that holds less core than this, and is smaller than this share of it, is taken for a false
 * find, whatever its size: a second focus has a core of its own. In those references no piece beside the largest came to
 * more than 0.3 ml, where models' false pieces on held-back studies came to 8 ml, 13 % of the largest, and had no core.
 */
export const LEAST_CORE_ML = 0.1;
export const CORELESS_SHARE = 0.25;

/**
 * Less enhancing tumour than this in the whole brain is called core instead. It is the volume up to which BraTS 2023
 * does not score a lesion: a cube of 3.7 mm, a vessel or a choroid plexus as likely as a tumour. The least that any of
 * those 14 references has is 0.22 ml.
 */
export const LEAST_ENHANCING_ML = 0.05;

export interface Cleaned {
  /** BraTS labels 0, 1, 2, 4. */
  labels: Uint8Array;
  /** What each region lost: connected pieces of it, and millilitres. */
  removed: Record<'TC' | 'WT' | 'ET', { components: number; ml: number }>;
}

/**
 * Small-component cleaning, in two rules:
 *
 * 1. A 26-connected piece of whole tumour is removed with all it holds if it is under 0.1 ml, or under a quarter of the
 *    largest piece with less than 0.1 ml of core in it; but never the largest piece.
 * 2. If after that the enhancing tumour comes to less than 0.05 ml in all, it becomes label 1: still core and whole tumour.
 *
 * @param labels BraTS labels of shape (ni, nj, nk) on `grid`; left as they are
 */
export function cleanLabels(labels: Uint8Array, grid: Grid): Cleaned {
  const mlPerVoxel = voxelMl(grid.affine);
  const removed = falsePieces(labels, findComponents(labels, grid.shape), mlPerVoxel);
  const out = labels.map((label, n) => label - removed[n]); // a removed voxel's label, less itself
  const lost = (wanted: readonly number[], was: Uint8Array) => {
    const { count, voxels } = findComponents(maskOf(was, wanted), grid.shape);
    return { components: count, ml: voxels.reduce((sum, n) => sum + n, 0) * mlPerVoxel };
  };
  const specks = enhancingVoxels(out) * mlPerVoxel < LEAST_ENHANCING_ML ? relabelEnhancing(out, removed) : removed;
  return { labels: out, removed: { TC: lost([1, 4], removed), WT: lost([1, 2, 4], removed), ET: lost([4], specks) } };
}

/** The same, where nothing is to go. */
export function leaveLabels(labels: Uint8Array): Cleaned {
  const nothing = () => ({ components: 0, ml: 0 });
  return { labels, removed: { TC: nothing(), WT: nothing(), ET: nothing() } };
}

/** The labels of the pieces that go, 0 elsewhere. */
function falsePieces(labels: Uint8Array, { voxels, runs }: Components, mlPerVoxel: number): Uint8Array {
  const largest = voxels.reduce((best, n, c) => (n > voxels[best] ? c : best), 0);
  const core = coreVoxels(labels, { voxels, runs });
  const goes = Array.from(voxels, (n, c) => {
    const isSpeck = n < SMALLEST_TUMOUR_ML / mlPerVoxel;
    const isCoreless = core[c] < LEAST_CORE_ML / mlPerVoxel && n < CORELESS_SHARE * voxels[largest];
    return c !== largest && (isSpeck || isCoreless);
  });
  const out = new Uint8Array(labels.length);
  for (let r = 0; r < runs.start.length; r++)
    if (goes[runs.component[r]]) out.set(labels.subarray(runs.start[r], runs.start[r] + runs.length[r]), runs.start[r]);
  return out;
}

/** Voxels of core (labels 1 and 4) in each piece. */
function coreVoxels(labels: Uint8Array, { voxels, runs }: Pick<Components, 'voxels' | 'runs'>): Uint32Array {
  const out = new Uint32Array(voxels.length);
  for (let r = 0; r < runs.start.length; r++)
    for (let n = runs.start[r]; n < runs.start[r] + runs.length[r]; n++)
      if (labels[n] === 1 || labels[n] === 4) out[runs.component[r]]++;
  return out;
}

function enhancingVoxels(labels: Uint8Array): number {
  let count = 0;
  for (let n = 0; n < labels.length; n++) if (labels[n] === 4) count++;
  return count;
}

/** Turns 4 into 1 in place. @returns what was removed before, and these voxels as 4 */
function relabelEnhancing(labels: Uint8Array, removed: Uint8Array): Uint8Array {
  const out = removed.slice();
  for (let n = 0; n < labels.length; n++)
    if (labels[n] === 4) {
      labels[n] = 1;
      out[n] = 4;
    }
  return out;
}
