import type { Grid, Vec3 } from '../volume/volume.ts';
import { apply, invert, multiply } from './affine.ts';

/**
 * How much of one grid's field of view lies inside another's, 0 to 1: the share of 16×16×16 points spread evenly
 * over `a` that fall inside `b`.
 */
export function overlapFraction(a: Grid, b: Grid): number {
  const N = 16;
  const toB = multiply(invert(b.affine), a.affine);
  const at = (n: number, size: number) => ((n + 0.5) / N) * size - 0.5;
  let inside = 0;
  for (let z = 0; z < N; z++)
    for (let y = 0; y < N; y++)
      for (let x = 0; x < N; x++) {
        const p: Vec3 = apply(toB, [at(x, a.shape[0]), at(y, a.shape[1]), at(z, a.shape[2])]);
        if (p.every((v, axis) => v >= -0.5 && v <= b.shape[axis] - 0.5)) inside++;
      }
  return inside / N ** 3;
}
