import type { Affine, Grid, Vec3 } from '../volume/volume.ts';

export const IDENTITY: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** a ∘ b: first b, then a. Both 4×4 row-major. */
export function multiply(a: Affine, b: Affine): Affine {
  const out = new Array<number>(16).fill(0);
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++)
      for (let n = 0; n < 4; n++) out[4 * row + column] += a[4 * row + n] * b[4 * n + column];
  return out;
}

/** Determinant of the upper-left 3×3 block: the signed volume of a voxel in mm³. */
export function determinant(m: Affine): number {
  return m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) + m[2] * (m[4] * m[9] - m[5] * m[8]);
}

/**
 * The inverse of an affine map (last row 0 0 0 1).
 * @throws RangeError when it is singular; check what users gave with `determinant` first.
 */
export function invert(m: Affine): Affine {
  const d = determinant(m);
  if (!Number.isFinite(1 / d)) throw new RangeError(`affine is singular: determinant ${d}`);
  const r = [
    m[5] * m[10] - m[6] * m[9], m[2] * m[9] - m[1] * m[10], m[1] * m[6] - m[2] * m[5],
    m[6] * m[8] - m[4] * m[10], m[0] * m[10] - m[2] * m[8], m[2] * m[4] - m[0] * m[6],
    m[4] * m[9] - m[5] * m[8], m[1] * m[8] - m[0] * m[9], m[0] * m[5] - m[1] * m[4],
  ].map((x) => x / d); // biome-ignore format: cofactors read as a matrix
  const t = [0, 3, 6].map((n) => -(r[n] * m[3] + r[n + 1] * m[7] + r[n + 2] * m[11]));
  return [r[0], r[1], r[2], t[0], r[3], r[4], r[5], t[1], r[6], r[7], r[8], t[2], 0, 0, 0, 1];
}

/** A point carried through a map. */
export function apply(m: Affine, [x, y, z]: Vec3): Vec3 {
  return [
    m[0] * x + m[1] * y + m[2] * z + m[3],
    m[4] * x + m[5] * y + m[6] * z + m[7],
    m[8] * x + m[9] * y + m[10] * z + m[11],
  ];
}

/** Voxel size along i, j, k in mm: the lengths of the affine's columns. */
export function spacingMm(affine: Affine): Vec3 {
  const column = (c: number) => Math.hypot(affine[c], affine[4 + c], affine[8 + c]);
  return [column(0), column(1), column(2)];
}

/** Volume of one voxel in millilitres. */
export function voxelMl(affine: Affine): number {
  return Math.abs(determinant(affine)) / 1000;
}

/**
 * Direction toward which i, j, k increase, as one letter each of R/L, A/P, S/I (nibabel's `aff2axcodes`):
 * the dominant world axis of each column, each world axis taken once, greatest component first.
 */
export function axisCodes(affine: Affine): string {
  const spacing = spacingMm(affine);
  const cells = [0, 1, 2]
    .flatMap((axis) => [0, 1, 2].map((world) => ({ axis, world, cosine: affine[4 * world + axis] / spacing[axis] })))
    .sort((a, b) => Math.abs(b.cosine) - Math.abs(a.cosine));
  const codes: string[] = [];
  const taken = new Set<number>();
  for (const { axis, world, cosine } of cells) {
    if (codes[axis] !== undefined || taken.has(world)) continue;
    codes[axis] = (cosine < 0 ? 'LPI' : 'RAS')[world];
    taken.add(world);
  }
  return codes.join('');
}

/** Do two grids put the same voxels at the same places, to `toleranceMm`? */
export function sameGrid(a: Grid, b: Grid, toleranceMm = 1e-3): boolean {
  if (a.shape.some((n, axis) => n !== b.shape[axis])) return false;
  return cornersOf(a.shape).every((corner) => {
    const p = apply(a.affine, corner);
    const q = apply(b.affine, corner);
    return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) <= toleranceMm;
  });
}

/** The eight corner voxels of a shape. */
export function cornersOf([ni, nj, nk]: Vec3): Vec3[] {
  return [0, nk - 1].flatMap((k) => [0, nj - 1].flatMap((j) => [0, ni - 1].map((i): Vec3 => [i, j, k])));
}
