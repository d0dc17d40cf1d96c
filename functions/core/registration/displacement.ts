import { apply } from '../geometry/affine.ts';
import type { Affine, Vec3, Volume } from '../volume/volume.ts';

/** Every so many-th voxel stands for the brain. */
const EVERY = 53;

/**
 * How far a map carries points, on average, mm.
 * @param over points in the map's own world, RAS mm; or a volume, whose non-zero voxels (every 53rd) are the points
 * @returns 0 where there are no points
 */
export function meanDisplacementMm(matrix: Affine, over: Volume | readonly Vec3[]): number {
  const points = 'data' in over ? pointsOf(over) : over;
  if (points.length === 0) return 0;
  const moved = points.map((p) => {
    const q = apply(matrix, p);
    return Math.hypot(q[0] - p[0], q[1] - p[1], q[2] - p[2]);
  });
  return moved.reduce((sum, mm) => sum + mm, 0) / points.length;
}

/** World points, RAS mm, of every 53rd non-zero voxel of a volume: k fastest, as NumPy's `argwhere` lists them. */
export function pointsOf({ data, shape: [ni, nj, nk], affine }: Volume): Vec3[] {
  const points: Vec3[] = [];
  let found = 0;
  for (let i = 0; i < ni; i++)
    for (let j = 0; j < nj; j++)
      for (let k = 0; k < nk; k++)
        if (data[i + ni * (j + nj * k)] !== 0 && found++ % EVERY === 0) points.push(apply(affine, [i, j, k]));
  return points;
}
