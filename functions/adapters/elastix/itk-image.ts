import type { Image } from 'itk-wasm';
import { apply, cornersOf, determinant, multiply, spacingMm } from '../../core/geometry/affine.ts';
import { resample } from '../../core/volume/resample.ts';
import type { Affine, Grid, Vec3, Volume } from '../../core/volume/volume.ts';

/** An affine whose axes are this far from right angles anywhere on its grid is sheared: ITK cannot hold it. mm */
const SHEAR_TOLERANCE_MM = 0.05;
/** Newton's steps to the nearest rotation: each doubles the digits that are right. */
const POLAR_STEPS = 30;

/**
 * A volume as ITK has it: origin, spacing and a direction matrix whose columns are unit vectors at right angles, in LPS.
 * A grid with shear, which ITK cannot hold, is resampled onto the nearest one without; what a header's rounding left
 * askew (below 0.05 mm over the whole grid) is straightened. Left-handed grids stay as they are: ITK takes both.
 */
export function toItkImage(volume: Volume): Image {
  const straight = straightGrid(volume);
  const sheared = largestDistanceMm(volume, straight) > SHEAR_TOLERANCE_MM;
  const { affine, shape, data } = sheared
    ? resample(volume, coveringGrid(volume, straight))
    : { ...straight, data: volume.data };
  const spacing = spacingMm(affine);
  return {
    imageType: { dimension: 3, componentType: 'float32', pixelType: 'Scalar', components: 1 },
    name: 'volume',
    origin: [-affine[3], -affine[7], affine[11]],
    spacing: [...spacing],
    direction: directionLps(affine, spacing),
    size: [...shape],
    metadata: new Map(),
    // The library copies the whole buffer under a view, so a view of a part would be misread.
    data: data.byteLength === data.buffer.byteLength ? data : data.slice(),
  };
}

/** Row-major 3×3: column a is the unit vector along voxel axis a; x and y change sign from RAS to LPS. */
function directionLps(affine: Affine, spacing: Vec3): Float64Array {
  const direction = new Float64Array(9);
  for (let row = 0; row < 3; row++)
    for (let axis = 0; axis < 3; axis++)
      direction[3 * row + axis] = ((row < 2 ? -1 : 1) * affine[4 * row + axis]) / spacing[axis];
  return direction;
}

/** The grid with the same spacing, shape and middle, its axes turned to the nearest right angles. */
export function straightGrid({ affine, shape }: Grid): Grid {
  const spacing = spacingMm(affine);
  const unit = [0, 1, 2].flatMap((row) => [0, 1, 2].map((axis) => affine[4 * row + axis] / spacing[axis]));
  const q = nearestOrthogonal(unit);
  const middle: Vec3 = [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2];
  const centre = apply(affine, middle);
  const rows = [0, 1, 2].map((row) => {
    const m = [0, 1, 2].map((axis) => q[3 * row + axis] * spacing[axis]);
    return [...m, centre[row] - (m[0] * middle[0] + m[1] * middle[1] + m[2] * middle[2])];
  });
  return { shape, affine: [...rows.flat(), 0, 0, 0, 1] };
}

/**
 * The orthogonal factor of the polar decomposition, by Newton's iteration Q <- (Q + Q⁻ᵀ) / 2
 * (Higham, SIAM J. Sci. Stat. Comput. 1986). Keeps the sign of the determinant.
 */
function nearestOrthogonal(m: readonly number[]): number[] {
  let q = [...m];
  for (let step = 0; step < POLAR_STEPS; step++) {
    const inverseTransposed = cofactors(q);
    const d = determinant([q[0], q[1], q[2], 0, q[3], q[4], q[5], 0, q[6], q[7], q[8], 0, 0, 0, 0, 1]);
    q = q.map((x, n) => (x + inverseTransposed[n] / d) / 2);
  }
  return q;
}

function cofactors(m: readonly number[]): number[] {
  const at = (row: number, column: number) => m[3 * (row % 3) + (column % 3)];
  const cell = (r: number, c: number) => at(r + 1, c + 1) * at(r + 2, c + 2) - at(r + 1, c + 2) * at(r + 2, c + 1);
  return [0, 1, 2].flatMap((r) => [0, 1, 2].map((c) => cell(r, c)));
}

function largestDistanceMm(a: Grid, b: Grid): number {
  const distance = (corner: Vec3) => {
    const [p, q] = [apply(a.affine, corner), apply(b.affine, corner)];
    return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
  };
  return Math.max(...cornersOf(a.shape).map(distance));
}

/** `straight`, grown by as many voxels on every side as the shear can carry a corner. */
function coveringGrid(sheared: Grid, straight: Grid): Grid {
  const reach = largestDistanceMm(sheared, straight);
  const grow = spacingMm(straight.affine).map((mm) => Math.ceil(reach / mm));
  const back: Affine = [1, 0, 0, -grow[0], 0, 1, 0, -grow[1], 0, 0, 1, -grow[2], 0, 0, 0, 1];
  const [ni, nj, nk] = straight.shape;
  return {
    shape: [ni + 2 * grow[0], nj + 2 * grow[1], nk + 2 * grow[2]],
    affine: multiply(straight.affine, back),
  };
}
