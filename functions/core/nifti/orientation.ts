import { determinant, IDENTITY, multiply, spacingMm } from '../geometry/affine.ts';
import type { Affine, Vec3 } from '../volume/volume.ts';

/** Quaternion (b, c, d) of NIfTI's qform, the offset of voxel (0,0,0), the voxel sizes and the handedness of k. */
export interface Qform {
  readonly quaternion: Vec3;
  readonly offset: Vec3;
  readonly pixdim: Vec3;
  /** −1 where i, j, k are left-handed, else 1. */
  readonly qfac: 1 | -1;
}

/**
 * NIfTI's method 2: voxel -> world from a rotation and voxel sizes.
 * A quaternion that rounding made longer than 1 is taken as a half turn, as in the reference `nifti1_io.c`.
 */
export function affineFromQform({ quaternion, offset, pixdim, qfac }: Qform): Affine {
  const length2 = quaternion[0] ** 2 + quaternion[1] ** 2 + quaternion[2] ** 2;
  const shrink = length2 > 1 - 1e-7 ? 1 / Math.sqrt(length2) : 1;
  const [b, c, d] = quaternion.map((x) => x * shrink);
  const a = shrink === 1 ? Math.sqrt(1 - length2) : 0;
  const [x, y, z] = [Math.abs(pixdim[0]), Math.abs(pixdim[1]), Math.abs(pixdim[2]) * qfac];
  // biome-ignore format: a matrix
  return [
    (a * a + b * b - c * c - d * d) * x, 2 * (b * c - a * d) * y, 2 * (b * d + a * c) * z, offset[0],
    2 * (b * c + a * d) * x, (a * a + c * c - b * b - d * d) * y, 2 * (c * d - a * b) * z, offset[1],
    2 * (b * d - a * c) * x, 2 * (c * d + a * b) * y, (a * a + d * d - b * b - c * c) * z, offset[2],
    0, 0, 0, 1,
  ];
}

/** NIfTI's method 1, for headers that say nothing of the world: voxel sizes only, voxel (0,0,0) at the origin. */
export function affineFromPixdim(pixdim: Vec3): Affine {
  const [x, y, z] = pixdim.map(Math.abs);
  return [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1];
}

/**
 * The qform that says the same as an affine, or undefined where there is none: a qform holds a rotation and voxel
 * sizes, but no shear. Quaternion from the matrix's largest diagonal term (Shepperd's method).
 */
export function qformOf(affine: Affine): Qform | undefined {
  const pixdim = spacingMm(affine);
  const qfac = determinant(affine) < 0 ? -1 : 1;
  const sizes: Vec3 = [pixdim[0], pixdim[1], pixdim[2] * qfac];
  const r = [0, 1, 2].map((row) => [0, 1, 2].map((column) => affine[4 * row + column] / sizes[column]));
  if (!isRotation(r)) return undefined;
  return { quaternion: quaternionOf(r), offset: [affine[3], affine[7], affine[11]], pixdim, qfac };
}

function isRotation(r: number[][]): boolean {
  const dot = (a: number, b: number) => r[0][a] * r[0][b] + r[1][a] * r[1][b] + r[2][a] * r[2][b];
  return Math.max(Math.abs(dot(0, 1)), Math.abs(dot(0, 2)), Math.abs(dot(1, 2))) < 1e-5;
}

function quaternionOf(r: number[][]): Vec3 {
  const squares = [
    1 + r[0][0] + r[1][1] + r[2][2],
    1 + r[0][0] - r[1][1] - r[2][2],
    1 - r[0][0] + r[1][1] - r[2][2],
    1 - r[0][0] - r[1][1] + r[2][2],
  ];
  const [ab, ac, ad] = [r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]];
  const [bc, bd, cd] = [r[0][1] + r[1][0], r[0][2] + r[2][0], r[1][2] + r[2][1]];
  const rows = [
    [squares[0], ab, ac, ad],
    [ab, squares[1], bc, bd],
    [ac, bc, squares[2], cd],
    [ad, bd, cd, squares[3]],
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const scale = 0.5 / Math.sqrt(squares[largest]);
  const [a, b, c, d] = rows[largest].map((x) => x * scale);
  const sign = a < 0 ? -1 : 1; // q and -q are one rotation; NIfTI keeps the one with a >= 0
  return [b * sign, c * sign, d * sign];
}

/** The affine in millimetres, where a header counts in another unit. */
export function scaleWorld(affine: Affine, factor: number): Affine {
  return factor === 1
    ? affine
    : multiply(
        IDENTITY.map((x, n) => (n === 15 ? 1 : x * factor)),
        affine,
      );
}
