import type { Vec3 } from '../volume/volume.ts';

/**
 * Three numbers along the tensor axes depth, height, width. A grid's i, j, k are W, H, D, the other way round:
 *
 *   grid     data[i + ni * (j + nj * k)]     i fastest
 *   tensor   data[(d * H + h) * W + w]       w fastest        so i = w, j = h, k = d: the same memory
 */
export type Dhw = readonly [number, number, number];

/** Along i, j, k -> along D, H, W, and back. */
export function reversed([a, b, c]: Vec3 | Dhw): [number, number, number] {
  return [c, b, a];
}
