import { apply, axisCodes, spacingMm } from '../geometry/affine.ts';
import type { Grid, Vec3 } from '../volume/volume.ts';
import type { Dhw } from './dhw.ts';
import { reversed } from './dhw.ts';

/** Spacings that differ by less are the same, and the model's voxels are the reference's own. */
const SAME_SPACING_MM = 1e-3;

/**
 * The grid that a model sees, laid over the field of view of the reference sequence. Its axes are the reference's own
 * voxel axes, permuted and flipped to the nearest of the wanted directions; nothing is rotated. Along an axis where the
 * reference has the model's spacing already (to 1e-3 mm) its voxels are kept as they are; along any other the grid
 * shares the middle of the field of view, and its voxels cover all of that.
 *
 * @param axes directions toward which D, H, W increase, such as "SPL" (nibabel's letters)
 * @param spacingDhwMm voxel size along D, H, W
 * @returns a grid along i = W, j = H, k = D
 * @throws RangeError when `axes` does not name each of R/L, A/P, S/I once
 */
export function modelGrid(reference: Grid, axes: string, spacingDhwMm: Dhw): Grid {
  const picked = pickAxes(axisCodes(reference.affine), axes);
  const spacing = reversed(spacingDhwMm);
  const own = spacingMm(reference.affine);
  const columns = picked.map(({ axis, sign }, n) => newAxis(reference.shape[axis], own[axis], sign, spacing[n]));

  // Reference voxel of the new grid's first voxel, and reference voxels a step along each new axis.
  const origin = [0, 0, 0];
  for (const [n, { axis }] of picked.entries()) origin[axis] = columns[n].start;
  const affine = new Array<number>(16).fill(0);
  for (let row = 0; row < 3; row++)
    for (const [n, { axis }] of picked.entries())
      affine[4 * row + n] = reference.affine[4 * row + axis] * columns[n].step + 0; // + 0: no negative zero
  [affine[3], affine[7], affine[11]] = apply(reference.affine, [origin[0], origin[1], origin[2]]);
  affine[15] = 1;
  return { shape: [columns[0].count, columns[1].count, columns[2].count], affine };
}

interface PickedAxis {
  /** Which axis of the reference. */
  axis: number;
  sign: 1 | -1;
}

/** For i, j, k of the new grid: the reference axis that runs along the wanted direction, and whether it runs backwards. */
function pickAxes(codes: string, axes: string): PickedAxis[] {
  const wanted = [...axes].reverse(); // D, H, W -> i, j, k
  const world = (letter: string) => ['RL', 'AP', 'SI'].findIndex((pair) => pair.includes(letter));
  if (new Set(wanted.map(world).filter((n) => n >= 0)).size !== 3 || wanted.length !== 3)
    throw new RangeError(`axes are "${axes}": expected one letter each of R/L, A/P, S/I`);
  return wanted.map((letter) => {
    const axis = [...codes].findIndex((code) => world(code) === world(letter));
    return { axis, sign: codes[axis] === letter ? 1 : -1 };
  });
}

/**
 * One axis of the new grid in voxels of the reference: `count` voxels from `start`, `step` apart.
 *
 *   reference   |  0  |  1  |  2  |  3  |  4  |     5 voxels of 5.5 mm: 27.5 mm
 *   new grid   | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 |    7 of 4 mm cover 28: same middle, at least the same ends
 */
function newAxis(
  n: number,
  ownMm: number,
  sign: 1 | -1,
  wantedMm: number,
): { count: number; start: number; step: number } {
  if (Math.abs(ownMm - wantedMm) < SAME_SPACING_MM) return { count: n, start: sign > 0 ? 0 : n - 1, step: sign };
  const ratio = wantedMm / ownMm;
  const count = Math.max(1, Math.ceil(n / ratio - 1e-3));
  const middle = (n - 1) / 2;
  return { count, start: middle - (sign * ratio * (count - 1)) / 2, step: sign * ratio };
}

/** The part of a grid's shape that matters to tiling, along D, H, W. */
export function shapeDhw(grid: { shape: Vec3 }): Dhw {
  return reversed(grid.shape);
}
