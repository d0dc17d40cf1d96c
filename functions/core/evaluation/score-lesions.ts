import { determinant, spacingMm } from '../geometry/affine.ts';
import type { Box } from '../volume/bounding-box.ts';
import { boundingBox, growBox, unionBox } from '../volume/bounding-box.ts';
import { componentBoxes } from '../volume/component-boxes.ts';
import { componentLabels, findComponents } from '../volume/components.ts';
import { cropVolume } from '../volume/crop-grid.ts';
import { dilate } from '../volume/dilate.ts';
import type { Grid, Volume } from '../volume/volume.ts';
import { countOverlap, dice } from './overlap.ts';
import { hd95Mm, surfaceDistances } from './surface-distances.ts';

/** BraTS 2023's constants for adult glioma. */
const DILATION_VOXELS = 3;
const IGNORED_UP_TO_MM3 = 50;
/** What a missed or an invented lesion counts in HD95: about the diagonal of BraTS's grid. */
export const UNMATCHED_MM = 374;

export interface LesionScores {
  /** Mean over reference lesions and false positives, the unmatched as 0; null where there is neither. */
  dice: number | null;
  /** The same mean of HD95, the unmatched as 374 mm. */
  hd95Mm: number | null;
  /** Reference lesions above 50 mm³ that some predicted piece touches, and those that none does. */
  found: number;
  missed: number;
  /** Predicted pieces, of any size, that touch no reference lesion, not even one too small to be scored. */
  falsePositives: number;
}

/**
 * Lesion-wise scores as in BraTS 2023 (github.com/rachitsaluja/BraTS-2023-Metrics; HD95 here between surface voxels).
 *
 * Reference lesions are the reference's 26-connected pieces; those whose dilations (three times by 18 neighbours) hang
 * together are one. A predicted piece belongs to each lesion whose dilation it touches. Each lesion is scored against
 * all pieces that belong to it.
 *
 * @param mask, reference non-zero inside, of the grid's shape (ni, nj, nk), i fastest
 */
export function scoreLesions(mask: Uint8Array, reference: Uint8Array, grid: Grid): LesionScores {
  const box = boxOfBoth(mask, reference, grid);
  if (!box) return { dice: null, hd95Mm: null, found: 0, missed: 0, falsePositives: 0 };
  const cut = (data: Uint8Array) => cropVolume({ ...grid, data }, box);
  const { lesions, falsePositives } = match(cut(mask), cut(reference));
  const among = lesions.length + falsePositives;
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const found = lesions.filter((lesion) => lesion.isFound).length;
  return {
    dice: among === 0 ? null : sum(lesions.map((lesion) => lesion.dice)) / among,
    hd95Mm: among === 0 ? null : (sum(lesions.map((lesion) => lesion.hd95Mm)) + falsePositives * UNMATCHED_MM) / among,
    found,
    missed: lesions.length - found,
    falsePositives,
  };
}

/** Room for the dilation, as far as the volume goes. */
function boxOfBoth(mask: Uint8Array, reference: Uint8Array, { shape }: Grid): Box | undefined {
  const boxes = [boundingBox(mask, shape), boundingBox(reference, shape)].filter((box) => box !== undefined);
  return boxes.length === 0 ? undefined : growBox(boxes.reduce(unionBox), DILATION_VOXELS, shape);
}

interface Lesion {
  isFound: boolean;
  dice: number;
  hd95Mm: number;
}

/** The lesions that are large enough to be scored, and how many pieces of the mask belong to none of any size. */
function match(mask: Volume<Uint8Array>, reference: Volume<Uint8Array>): { lesions: Lesion[]; falsePositives: number } {
  const { shape, affine } = reference;
  const voxels = reference.data.length;
  const pieces = findComponents(mask.data, shape);
  const pieceAt = componentLabels(pieces, voxels);
  // A piece of the dilated reference is, exactly, the dilation of the lesion inside it.
  const dilated = findComponents(dilate(reference.data, shape, DILATION_VOXELS), shape);
  const lesionAt = componentLabels(dilated, voxels);
  const sizes = new Uint32Array(dilated.count);
  const touching = Array.from({ length: dilated.count }, () => new Set<number>());
  for (let n = 0; n < voxels; n++) {
    if (lesionAt[n] === 0) continue;
    if (pieceAt[n] !== 0) touching[lesionAt[n] - 1].add(pieceAt[n]);
    if (reference.data[n] !== 0) sizes[lesionAt[n] - 1]++;
    else lesionAt[n] = 0; // from here on without its dilation
  }
  const pieceBoxes = componentBoxes(pieces, shape);
  const lesionBoxes = componentBoxes(dilated, shape);
  const lesions = touching.flatMap((mine, c) => {
    if (sizes[c] * Math.abs(determinant(affine)) <= IGNORED_UP_TO_MM3) return [];
    const box = [...mine].map((piece) => pieceBoxes[piece - 1]).reduce(unionBox, lesionBoxes[c]);
    const cut = (data: Uint32Array) => cropVolume({ shape, affine, data }, box);
    const lesion = maskWhere(cut(lesionAt), (label) => label === c + 1);
    return [scoreLesion(maskWhere(cut(pieceAt), (label) => mine.has(label)).data, lesion)];
  });
  return { lesions, falsePositives: pieces.count - new Set(touching.flatMap((mine) => [...mine])).size };
}

function maskWhere({ data, ...grid }: Volume<Uint32Array>, isIn: (label: number) => boolean): Volume<Uint8Array> {
  const mask = new Uint8Array(data.length);
  for (let n = 0; n < data.length; n++) if (data[n] !== 0 && isIn(data[n])) mask[n] = 1; // `from` takes ten times as long
  return { ...grid, data: mask };
}

function scoreLesion(found: Uint8Array, { data, shape, affine }: Volume<Uint8Array>): Lesion {
  const distances = surfaceDistances(found, data, shape, spacingMm(affine));
  return {
    isFound: distances !== undefined,
    dice: dice(countOverlap(found, data)) ?? 0,
    hd95Mm: distances ? hd95Mm(distances) : UNMATCHED_MM,
  };
}
