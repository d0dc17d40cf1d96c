import { apply } from '../geometry/affine.ts';
import type { Affine, Vec3 } from '../volume/volume.ts';

/**
 * How far an estimated transform carries points from where the true one does: the target registration error
 * (Fitzpatrick & West, IEEE TMI 2001), mm.
 * @param points reference world points, RAS mm; both transforms take them to the sequence's world
 * @throws RangeError when there are no points
 */
export function registrationErrorMm(
  trueMatrix: Affine,
  estimatedMatrix: Affine,
  points: readonly Vec3[],
): { mean: number; max: number } {
  if (points.length === 0) throw new RangeError('no points to judge the registration at: expected at least one');
  const errors = points.map((point) => {
    const [x, y, z] = apply(trueMatrix, point);
    const [u, v, w] = apply(estimatedMatrix, point);
    return Math.hypot(x - u, y - v, z - w);
  });
  return { mean: errors.reduce((sum, error) => sum + error, 0) / errors.length, max: Math.max(...errors) };
}
