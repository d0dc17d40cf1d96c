/** Small builders that tests share. Everything they make is synthetic. */
import { writeNifti } from '../../functions/core/nifti/write-nifti.ts';
import { type Affine, type Vec3, type Volume, type VoxelData, voxelsIn } from '../../functions/core/volume/volume.ts';

/** RAS, 1 mm, origin at voxel (0, 0, 0). */
export const UNIT_AFFINE: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** A float32 volume whose values are `value(i, j, k)`; 0 where nothing is said. */
export function makeVolume(
  shape: Vec3,
  value: (i: number, j: number, k: number) => number = () => 0,
  affine: Affine = UNIT_AFFINE,
): Volume<Float32Array> {
  const data = new Float32Array(voxelsIn(shape));
  let n = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) for (let i = 0; i < shape[0]; i++) data[n++] = value(i, j, k);
  return { shape, affine, data };
}

/** A filled ball of `inside` on `outside`, radius and centre in voxels (centre: the middle of the volume). */
export function makeBall(shape: Vec3, radius: number, inside = 100, outside = 0): Volume<Float32Array> {
  const [ci, cj, ck] = shape.map((n) => (n - 1) / 2);
  return makeVolume(shape, (i, j, k) => (Math.hypot(i - ci, j - cj, k - ck) <= radius ? inside : outside));
}

/** An uncompressed NIfTI-1 file by the project's own writer. */
export function makeNifti(volume: Volume<VoxelData> = makeBall([16, 16, 16], 5)): Uint8Array {
  return writeNifti(volume);
}
