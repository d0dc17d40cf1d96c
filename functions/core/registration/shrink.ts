import { multiply, spacingMm } from '../geometry/affine.ts';
import type { Affine, Vec3, Volume, VoxelData } from '../volume/volume.ts';
import { voxelsIn } from '../volume/volume.ts';

/**
 * A smaller volume of about `targetMm` spacing: the mean of each block of whole voxels, which smooths as it thins.
 * Axes that are coarser already stay; where all do, the voxels are shared, not copied. What does not fill a last block
 * is left out.
 *
 *   block b of axis a holds voxels  b·f, b·f + 1, … b·f + f - 1 ;  its centre lies at  b·f + (f - 1) / 2
 */
export function shrink(volume: Volume<VoxelData>, targetMm: number): Volume<Float32Array> {
  const factors = blockFactors(volume, targetMm);
  const [fi, fj, fk] = factors;
  if (fi * fj * fk === 1 && volume.data instanceof Float32Array) return { ...volume, data: volume.data };
  const [ni, nj] = volume.shape;
  const shape: Vec3 = [0, 1, 2].map((a) => Math.floor(volume.shape[a] / factors[a])) as unknown as Vec3;
  const data = new Float32Array(voxelsIn(shape));
  const values = volume.data;
  for (let k = 0; k < shape[2] * fk; k++)
    for (let j = 0; j < shape[1] * fj; j++) {
      const row = ni * (j + nj * k);
      const out = shape[0] * (Math.floor(j / fj) + shape[1] * Math.floor(k / fk));
      for (let i = 0, block = out; i < shape[0] * fi; block++)
        for (const end = i + fi; i < end; i++) data[block] += values[row + i];
    }
  const share = 1 / (fi * fj * fk);
  for (let n = 0; n < data.length; n++) data[n] *= share;
  return { shape, affine: multiply(volume.affine, blockAffine(factors)), data };
}

function blockFactors({ shape, affine }: Volume<VoxelData>, targetMm: number): Vec3 {
  const factor = (spacing: number, n: number) => Math.max(1, Math.min(n, Math.round(targetMm / spacing)));
  const [x, y, z] = spacingMm(affine);
  return [factor(x, shape[0]), factor(y, shape[1]), factor(z, shape[2])];
}

/** Block index -> voxel index of the block's centre. */
function blockAffine([fi, fj, fk]: Vec3): Affine {
  return [fi, 0, 0, (fi - 1) / 2, 0, fj, 0, (fj - 1) / 2, 0, 0, fk, (fk - 1) / 2, 0, 0, 0, 1];
}
