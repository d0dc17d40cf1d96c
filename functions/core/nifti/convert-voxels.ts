import { HOST_IS_LITTLE_ENDIAN, swapBytes } from './byte-order.ts';
import { DATATYPES, type DatatypeName } from './datatypes.ts';
import type { NiftiHeader } from './read-nifti-header.ts';

/**
 * Stored voxels -> float32 values, `slope` and `inter` applied in double precision.
 *
 * @param stored the bytes of `n` voxels, at any offset in their buffer; left as they are
 * @returns n values in a buffer of their own
 */
export function convertVoxels(
  stored: Uint8Array,
  { datatype, bytesPerVoxel, slope, inter, littleEndian }: NiftiHeader,
): Float32Array {
  const swap = bytesPerVoxel > 1 && littleEndian !== HOST_IS_LITTLE_ENDIAN;
  const aligned = stored.byteOffset % bytesPerVoxel === 0;
  const bytes = swap || !aligned ? new Uint8Array(stored) : stored; // not slice(): a Node Buffer's is no copy
  if (swap) swapBytes(bytes, bytesPerVoxel);
  const source = viewOf(bytes, DATATYPES[datatype].name);
  const out = new Float32Array(source.length);
  if (slope === 1 && inter === 0) out.set(source);
  else for (let n = 0; n < out.length; n++) out[n] = source[n] * slope + inter;
  return out;
}

function viewOf({ buffer, byteOffset, length }: Uint8Array, name: DatatypeName) {
  switch (name) {
    case 'int8':
      return new Int8Array(buffer, byteOffset, length);
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, length);
    case 'int16':
      return new Int16Array(buffer, byteOffset, length / 2);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, length / 2);
    case 'int32':
      return new Int32Array(buffer, byteOffset, length / 4);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, length / 4);
    case 'float32':
      return new Float32Array(buffer, byteOffset, length / 4);
    case 'float64':
      return new Float64Array(buffer, byteOffset, length / 8);
    case 'int64':
    case 'uint64':
      return wideIntegers(new Uint32Array(buffer, byteOffset, length / 4), name === 'int64');
  }
}

/**
 * 64-bit integers as the nearest doubles, without a BigInt a voxel:
 *
 *   words  [ …, low(n), high(n), … ]     value = high · 2³² + low, high signed for int64
 */
function wideIntegers(words: Uint32Array, signed: boolean): Float64Array {
  const [low, high] = HOST_IS_LITTLE_ENDIAN ? [0, 1] : [1, 0];
  const out = new Float64Array(words.length / 2);
  for (let n = 0; n < out.length; n++) {
    const top = signed ? words[2 * n + high] | 0 : words[2 * n + high];
    out[n] = top * 2 ** 32 + words[2 * n + low];
  }
  return out;
}
