import { voxelMl } from '../geometry/affine.ts';
import { boundingBox } from '../volume/bounding-box.ts';
import type { Components } from '../volume/components.ts';
import { findComponents } from '../volume/components.ts';
import { cropVolume, pasteVolume } from '../volume/crop-grid.ts';
import { maskOf } from '../volume/mask-of.ts';
import type { Grid } from '../volume/volume.ts';

/**
 * Pieces of core and of enhancing tumour below this are not told apart from what surrounds them. It is the volume up to
 * which BraTS 2023 does not score a lesion: a cube of 3.7 mm, a vessel or a choroid plexus as likely as a tumour. The
 * least enhancing tumour that any of 14 BraTS references has in all is 0.22 ml.
 */
export const SMALLEST_PART_ML = 0.05;

/**
 * Pieces of whole tumour below this are taken away. In those references the pieces this small held at most 0.2 ml of
 * tumours of 18 to 231 ml: at most 0.3 % is lost where they were true, and most that a model finds are not.
 */
export const SMALLEST_TUMOUR_ML = 0.1;

/**
 * A piece beside the largest that holds less core than this, and is smaller than this share of it, is taken for a false
 * find, whatever its size: a second focus has a core of its own. In those references no piece beside the largest came to
 * more than 0.3 ml, where models' false pieces on held-back studies came to 8 ml, 13 % of the largest, and had no core.
 */
export const LEAST_CORE_ML = 0.1;
export const CORELESS_SHARE = 0.25;

export interface Cleaned {
  /** BraTS labels 0, 1, 2, 4. */
  labels: Uint8Array;
  /** What each region lost: connected pieces of it, and millilitres. */
  removed: Record<'TC' | 'WT' | 'ET', { components: number; ml: number }>;
}

const [CORE, OEDEMA, ENHANCING] = [1, 2, 4];

/**
 * Cleaning by 26-connected pieces, in two rules:
 *
 * 1. A piece of core (labels 1 and 4) under 0.05 ml becomes oedema; then a piece of enhancing tumour under 0.05 ml becomes
 *    label 1.
 * 2. A piece of whole tumour is removed with all it holds if it is under 0.1 ml, or under a quarter of the largest piece
 *    with less than 0.1 ml of core in it; but never the largest piece.
 *
 * @param labels BraTS labels of shape (ni, nj, nk) on `grid`; left as they are
 */
export function cleanLabels(labels: Uint8Array, grid: Grid): Cleaned {
  const box = boundingBox(labels, grid.shape);
  if (!box) return leaveLabels(labels);
  const whole = { ...grid, data: labels.slice() };
  const part = cropVolume(whole, box); // A tumour is a small part of a head.
  const cleaned = cleanPart(part.data, part);
  pasteVolume(whole, box, cleaned.labels);
  return { ...cleaned, labels: whole.data };
}

function cleanPart(labels: Uint8Array, grid: Grid): Cleaned {
  const mlPerVoxel = voxelMl(grid.affine);
  const isSmall = (voxels: number) => voxels * mlPerVoxel < SMALLEST_PART_ML;
  const piecesOf = (wanted: readonly number[]) => findComponents(maskOf(out, wanted), grid.shape);
  const out = labels.slice();
  relabel(out, piecesOf([CORE, ENHANCING]), isSmall, OEDEMA);
  relabel(out, piecesOf([ENHANCING]), isSmall, CORE);
  const pieces = findComponents(out, grid.shape);
  relabel(out, pieces, falsePieces(out, pieces, mlPerVoxel), 0);
  const lost = (region: readonly number[]) => {
    const gone = maskOf(labels, region);
    const kept = maskOf(out, region);
    for (let n = 0; n < gone.length; n++) gone[n] -= kept[n]; // no rule makes a region larger
    const { count, voxels } = findComponents(gone, grid.shape);
    return { components: count, ml: voxels.reduce((sum, n) => sum + n, 0) * mlPerVoxel };
  };
  const removed = { TC: lost([CORE, ENHANCING]), WT: lost([CORE, OEDEMA, ENHANCING]), ET: lost([ENHANCING]) };
  return { labels: out, removed };
}

/** The same, where nothing is to go. */
export function leaveLabels(labels: Uint8Array): Cleaned {
  const nothing = () => ({ components: 0, ml: 0 });
  return { labels, removed: { TC: nothing(), WT: nothing(), ET: nothing() } };
}

/** Gives pieces another label, in place. @param goes of a piece's voxels and number */
function relabel(
  labels: Uint8Array,
  { voxels, runs }: Components,
  goes: (voxels: number, piece: number) => boolean,
  label: number,
): void {
  const gone = Array.from(voxels, goes);
  for (let r = 0; r < runs.start.length; r++)
    if (gone[runs.component[r]]) labels.fill(label, runs.start[r], runs.start[r] + runs.length[r]);
}

/** Which pieces of whole tumour go. */
function falsePieces(labels: Uint8Array, pieces: Components, mlPerVoxel: number) {
  const core = coreVoxels(labels, pieces);
  const largest = pieces.voxels.reduce((best, n, c, all) => (n > all[best] ? c : best), 0);
  const most = CORELESS_SHARE * pieces.voxels[largest];
  return (voxels: number, piece: number) => {
    const isSpeck = voxels * mlPerVoxel < SMALLEST_TUMOUR_ML;
    const isCoreless = core[piece] * mlPerVoxel < LEAST_CORE_ML && voxels < most;
    return piece !== largest && (isSpeck || isCoreless);
  };
}

/** Voxels of core in each piece. */
function coreVoxels(labels: Uint8Array, { voxels, runs }: Components): Uint32Array {
  const out = new Uint32Array(voxels.length);
  for (let r = 0; r < runs.start.length; r++)
    for (let n = runs.start[r]; n < runs.start[r] + runs.length[r]; n++)
      if (labels[n] === CORE || labels[n] === ENHANCING) out[runs.component[r]]++;
  return out;
}
