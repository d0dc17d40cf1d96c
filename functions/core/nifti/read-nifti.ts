import { NeurotileError } from '../errors.ts';
import { type Volume, voxelsIn } from '../volume/volume.ts';
import { convertVoxels } from './convert-voxels.ts';
import { type NiftiHeader, type NiftiLimits, readNiftiHeader } from './read-nifti-header.ts';

export { NIFTI_HEADER_BYTES, type NiftiHeader, type NiftiLimits, readNiftiHeader } from './read-nifti-header.ts';

/**
 * One 3D volume of a NIfTI-1 or NIfTI-2 file: any real datatype, either byte order, any orientation.
 * The voxel order is the file's own (i fastest); only the affine says where that lies.
 *
 * @param bytes the uncompressed file; what follows the voxels is ignored
 * @param options.volume index along the fourth axis, 0 where nothing is said
 * @returns float32 values with `scl_slope` and `scl_inter` applied (slope 0: none); affine voxel -> RAS mm
 * @throws NeurotileError NIFTI_TRUNCATED, NIFTI_SHAPE where there is no such volume, and all that `readNiftiHeader` throws
 */
export function readNifti(bytes: Uint8Array, options: NiftiLimits & { volume?: number } = {}): Volume<Float32Array> {
  const header = readNiftiHeader(bytes, options);
  const { volume = 0 } = options;
  checkComplete(header, bytes.length);
  if (volume < 0 || volume >= header.volumes) {
    const expected = `a volume with index ${volume}`;
    throw new NeurotileError('NIFTI_SHAPE', { found: `${header.volumes} along the fourth axis`, expected });
  }
  // File: | header, extensions | volume 0 | volume 1 | …
  const size = voxelsIn(header.shape) * header.bytesPerVoxel;
  const start = header.dataOffset + volume * size;
  const data = convertVoxels(bytes.subarray(start, start + size), header);
  return { shape: header.shape, affine: header.affine, data };
}

function checkComplete({ dataOffset, dataBytes, shape, volumes }: NiftiHeader, bytes: number): void {
  if (dataOffset + dataBytes <= bytes) return;
  const promised = volumes === 1 ? shape : [...shape, volumes];
  const expected = `${dataOffset + dataBytes} for ${promised.join(' × ')} voxels`;
  throw new NeurotileError('NIFTI_TRUNCATED', { found: `${bytes} bytes`, expected });
}
