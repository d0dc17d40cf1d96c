import { spacingMm } from '../geometry/affine.ts';
import type { Affine, Vec3, Volume, VoxelData } from '../volume/volume.ts';
import { HOST_IS_LITTLE_ENDIAN, swapBytes } from './byte-order.ts';
import { DATATYPES, type DatatypeCode, type DatatypeName } from './datatypes.ts';
import { qformOf } from './orientation.ts';

/** Header and the four bytes that say "no extensions". */
const DATA_OFFSET = 352;
/** `xform` code: coordinates of the scanner. */
const SCANNER = 1;
const UNITS_MM = 2;

/**
 * A volume as an uncompressed NIfTI-1 file, little-endian, with a header made from nothing: no text field, so no name
 * of a patient, survives. The affine is written as sform, and as qform too where it holds no shear.
 *
 * @param volume values stored as they are, i fastest, in the array's own datatype; sides up to 32,767 voxels
 * @param options.scale what a reader makes of a stored value: stored × slope + inter
 */
export function writeNifti(
  volume: Volume<VoxelData>,
  options: { scale?: { slope: number; inter: number } } = {},
): Uint8Array {
  const { data, shape, affine } = volume;
  const file = new Uint8Array(DATA_OFFSET + data.byteLength);
  const header = new DataView(file.buffer, 0, DATA_OFFSET);
  const type = datatypeOf(data);
  header.setInt32(0, 348, true);
  writeShape(header, shape);
  header.setInt16(70, type.code, true);
  header.setInt16(72, type.bytes * 8, true);
  header.setFloat32(108, DATA_OFFSET, true);
  header.setFloat32(112, options.scale?.slope ?? 1, true);
  header.setFloat32(116, options.scale?.inter ?? 0, true);
  header.setUint8(123, UNITS_MM);
  writeAffine(header, affine);
  file.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), DATA_OFFSET);
  if (!HOST_IS_LITTLE_ENDIAN) swapBytes(file.subarray(DATA_OFFSET), type.bytes);
  return file;
}

function datatypeOf(data: VoxelData): { code: number; bytes: number } {
  const name = data.constructor.name.replace('Array', '').toLowerCase() as DatatypeName;
  const code = Object.keys(DATATYPES).find((key) => DATATYPES[Number(key) as DatatypeCode].name === name);
  return { code: Number(code), bytes: data.BYTES_PER_ELEMENT };
}

function writeShape(header: DataView, shape: Vec3): void {
  if (shape.some((n) => n > 32767)) throw new RangeError(`NIfTI-1 holds sides up to 32767, not ${shape.join(' × ')}`);
  for (const [n, size] of [3, ...shape, 1, 1, 1, 1].entries()) header.setInt16(40 + 2 * n, size, true);
}

function writeAffine(header: DataView, affine: Affine): void {
  const float = (at: number, values: readonly number[]) => {
    for (const [n, value] of values.entries()) header.setFloat32(at + 4 * n, value, true);
  };
  header.setInt16(254, SCANNER, true);
  float(280, affine.slice(0, 12));
  const qform = qformOf(affine);
  float(76, [qform?.qfac ?? 1, ...spacingMm(affine)]);
  if (!qform) return;
  header.setInt16(252, SCANNER, true);
  float(256, [...qform.quaternion, ...qform.offset]);
}
