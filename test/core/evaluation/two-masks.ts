import type { Grid } from '../../../functions/core/volume/volume.ts';

/** Voxels of 1 × 1.2 × 2 mm. */
export const GRID: Grid = { shape: [40, 44, 36], affine: [-1, 0, 0, 0, 0, -1.2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1] };

type Rule = (i: number, j: number, k: number) => boolean;

/** A mask of GRID's shape by a formula. */
export function maskBy(rule: Rule): Uint8Array {
  const out = new Uint8Array(40 * 44 * 36);
  for (let k = 0, n = 0; k < 36; k++)
    for (let j = 0; j < 44; j++) for (let i = 0; i < 40; i++, n++) out[n] = rule(i, j, k) ? 1 : 0;
  return out;
}

const near = (x: number, middle: number, by: number) => Math.abs(x - middle) <= by;

/** An ellipsoid of 3,675 voxels, a lesion of 75 and one of 27. */
export const REFERENCE = maskBy(
  (i, j, k) =>
    9 * (i - 18) ** 2 + 6 * (j - 20) ** 2 + 18 * (k - 16) ** 2 <= 900 ||
    (near(i, 5, 2) && near(j, 38, 2) && near(k, 5, 1)) ||
    (near(i, 36, 1) && near(j, 4, 1) && near(k, 30, 1)),
);

/** The ellipsoid moved and flattened, the small lesion moved by a voxel, an invention, the other lesion missed; holed. */
export const MASK = maskBy(
  (i, j, k) =>
    (9 * (i - 19) ** 2 + 6 * (j - 21) ** 2 + 20 * (k - 15) ** 2 <= 900 ||
      (near(i, 36, 1) && near(j, 5, 1) && near(k, 30, 1)) ||
      (near(i, 3, 1) && near(j, 3, 1) && near(k, 31, 1))) &&
    (i + 2 * j + 3 * k) % 11 !== 0,
);

/** All but the outermost voxels. */
export const BRAIN = maskBy((i, j, k) => i >= 1 && i < 39 && j >= 1 && j < 43 && k >= 1 && k < 35);

export const EMPTY = maskBy(() => false);
