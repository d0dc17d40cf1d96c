import type { Volume } from '../volume/volume.ts';

/**
 * The brain of a skull-stripped study: non-zero in any sequence.
 * @param volumes at least one, all on one grid
 * @returns 1 in the brain, 0 outside; shape and order of the volumes
 */
export function brainMask(volumes: readonly Volume[]): Uint8Array {
  const voxels = volumes[0].data.length;
  const mask = new Uint8Array(voxels);
  for (const { data } of volumes) {
    if (data.length !== voxels) throw new RangeError(`volumes of ${voxels} and ${data.length} voxels on one grid`);
    for (let n = 0; n < voxels; n++) if (data[n] !== 0) mask[n] = 1;
  }
  return mask;
}
