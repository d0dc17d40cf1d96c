import type { Affine, Grid, Vec3 } from '../volume/volume.ts';
import type { PhantomSequence } from './contrasts.ts';

/** How each sequence is scanned when it has a grid of its own: axis order (nibabel's letters) and voxel size, mm. */
const PROTOCOLS: Readonly<Record<PhantomSequence, { axes: string; spacingMm: Vec3 }>> = {
  T1: { axes: 'PSR', spacingMm: [1, 1, 1.2] },
  T1ce: { axes: 'LPS', spacingMm: [1, 1, 1] },
  T2: { axes: 'RAS', spacingMm: [0.9, 0.9, 3] },
  FLAIR: { axes: 'LAS', spacingMm: [0.9, 0.9, 3] },
};

const WORLD: Readonly<Record<string, readonly [world: 0 | 1 | 2, sign: 1 | -1]>> = {
  R: [0, 1], L: [0, -1], A: [1, 1], P: [1, -1], S: [2, 1], I: [2, -1],
}; // biome-ignore format: a table

/**
 * The grid of a sequence: it covers `fieldMm` (along x, y, z) about `centre`, in its protocol's axis order.
 * @param voxelMm 1 for its protocol's voxels; from there up they grow in plane, and through it once it is above the
 *   slice's thickness
 */
export function sequenceGrid(sequence: PhantomSequence, fieldMm: Vec3, centre: Vec3, voxelMm: number): Grid {
  const { axes, spacingMm } = PROTOCOLS[sequence];
  const letters = [...axes].map((letter) => WORLD[letter]);
  const spacing = spacingMm.map((mm) => Math.max(mm, voxelMm * Math.min(mm, 1)));
  const shape = letters.map(([world], axis) => Math.round(fieldMm[world] / spacing[axis]));
  return { shape: [shape[0], shape[1], shape[2]], affine: affineOf(letters, spacing, shape, centre) };
}

/** Column `axis` points along its world axis; the middle of the grid lies at `centre`. */
function affineOf(
  letters: readonly (readonly [number, number])[],
  spacing: readonly number[],
  shape: readonly number[],
  centre: Vec3,
): Affine {
  const affine = [0, 0, 0, centre[0], 0, 0, 0, centre[1], 0, 0, 0, centre[2], 0, 0, 0, 1];
  letters.forEach(([world, sign], axis) => {
    affine[4 * world + axis] = sign * spacing[axis];
    affine[4 * world + 3] -= (sign * spacing[axis] * (shape[axis] - 1)) / 2;
  });
  return affine;
}
