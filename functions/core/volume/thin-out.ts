import { apply } from '../geometry/affine.ts';
import type { Affine, Vec3, Volume } from './volume.ts';

/**
 * Every n-th voxel along each axis, with the least n that leaves at most `mostVoxels`: for figures that a sample tells
 * as well as the whole. Picks voxels, does not smooth; n = 1 gives the volume itself.
 *
 *   kept   0 . . n . . 2n . .      the first of each block, so voxel (0, 0, 0) stays where it is
 */
export function thinOut(volume: Volume, mostVoxels: number): Volume {
  const sides = (n: number): Vec3 => {
    const [ni, nj, nk] = volume.shape;
    return [Math.ceil(ni / n), Math.ceil(nj / n), Math.ceil(nk / n)];
  };
  let n = 1;
  while (sides(n).reduce((product, side) => product * side, 1) > mostVoxels) n++;
  return n === 1 ? volume : everyNth(volume, n, sides(n));
}

function everyNth({ data, shape: [ni, nj], affine }: Volume, n: number, shape: Vec3): Volume {
  const out = new Float32Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) {
      const row = ni * n * (j + nj * k);
      for (let i = 0; i < shape[0]; i++) out[at++] = data[row + n * i];
    }
  return { shape, affine: spread(affine, n), data: out };
}

function spread(affine: Affine, n: number): Affine {
  const [x, y, z] = apply(affine, [0, 0, 0]);
  return affine.map((value, at) => (at % 4 === 3 ? [x, y, z, 1][Math.floor(at / 4)] : at < 12 ? n * value : value));
}
