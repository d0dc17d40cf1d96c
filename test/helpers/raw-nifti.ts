import type { Vec3 } from '../../functions/core/volume/volume.ts';

/** NIfTI datatype codes by name (nifti1.h). */
export const NIFTI_CODES = {
  uint8: 2,
  int16: 4,
  int32: 8,
  float32: 16,
  complex64: 32,
  float64: 64,
  rgb24: 128,
  int8: 256,
  uint16: 512,
  uint32: 768,
  int64: 1024,
  uint64: 1280,
  float128: 1536,
} as const;

export interface RawNifti {
  version?: 1 | 2;
  littleEndian?: boolean;
  /** Rank and sides, as in the header: [3, ni, nj, nk, …]. */
  dims?: readonly number[];
  datatype?: keyof typeof NIFTI_CODES;
  /** Stored values, i fastest; fewer than the dims promise give a truncated file. Default: as many zeros as promised. */
  values?: readonly (number | bigint)[];
  /** Bytes before the voxels; default 352 or 544. */
  dataOffset?: number;
  slope?: number;
  inter?: number;
  units?: number;
  pixdim?: readonly number[];
  sform?: { code: number; rows: readonly number[] };
  qform?: { code: number; quaternion: Vec3; offset: Vec3 };
  magic?: string;
  /** Bytes after the voxels. */
  trailing?: number;
}

/**
 * A NIfTI file field by field, offsets as in nifti1.h and nifti2.h: written apart from the project's own writer, so that
 * reader and writer cannot agree on the same mistake, and able to say what a sound file never would.
 */
export function makeRawNifti(raw: RawNifti = {}): Uint8Array {
  const { version = 1, littleEndian = true, dims = [3, 8, 8, 8], datatype = 'float32' } = raw;
  const usual = version === 1 ? 352 : 544;
  const offset = raw.dataOffset || usual;
  const voxels = dims.slice(1, 1 + dims[0]).reduce((a, b) => a * b, 1);
  const values = raw.values ?? new Array(Math.max(0, Math.min(voxels, 1e6))).fill(0);
  const size = BYTES[datatype];
  const file = new Uint8Array(offset + values.length * size + (raw.trailing ?? 0));
  const view = new DataView(file.buffer);
  const [writeInt, writeReal] = fieldWriters(view, version, littleEndian);
  const at = version === 1 ? NIFTI1_FIELDS : NIFTI2_FIELDS;
  view.setInt32(0, version === 1 ? 348 : 540, littleEndian);
  const magic = raw.magic ?? (version === 1 ? 'n+1\0' : 'n+2\0\r\n\x1a\n');
  for (let n = 0; n < magic.length; n++) file[at.magic + n] = magic.charCodeAt(n);
  view.setInt16(at.datatype, NIFTI_CODES[datatype], littleEndian);
  view.setInt16(at.datatype + 2, size * 8, littleEndian);
  for (const [n, dim] of [...dims, 1, 1, 1, 1, 1].slice(0, 8).entries()) writeInt(at.dim + n * at.intSize, dim);
  writeReal(at.pixdim, raw.pixdim ?? [1, 1, 1, 1, 0, 0, 0, 0]);
  if (version === 1) view.setFloat32(at.voxOffset, raw.dataOffset ?? offset, littleEndian);
  else view.setBigInt64(at.voxOffset, BigInt(raw.dataOffset ?? offset), littleEndian);
  writeReal(at.slope, [raw.slope ?? 0, raw.inter ?? 0]);
  if (version === 1) view.setUint8(at.units, raw.units ?? 2);
  else view.setInt32(at.units, raw.units ?? 2, littleEndian);
  const code = (where: number, value: number) =>
    version === 1 ? view.setInt16(where, value, littleEndian) : view.setInt32(where, value, littleEndian);
  const sform =
    raw.sform ?? (raw.qform || raw.pixdim ? undefined : { code: 1, rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] });
  if (sform) {
    code(at.sformCode, sform.code);
    writeReal(at.srow, sform.rows);
  }
  if (raw.qform) {
    code(at.qformCode, raw.qform.code);
    writeReal(at.quatern, [...raw.qform.quaternion, ...raw.qform.offset]);
  }
  const write = voxelWriter(view, datatype, littleEndian);
  for (const [n, value] of values.entries()) write(offset + n * size, value);
  return file;
}

const BYTES: Record<keyof typeof NIFTI_CODES, number> = {
  uint8: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  rgb24: 3,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
  int64: 8,
  uint64: 8,
  complex64: 8,
  float128: 16,
};

const NIFTI1_FIELDS = {
  magic: 344,
  datatype: 70,
  dim: 40,
  intSize: 2,
  pixdim: 76,
  voxOffset: 108,
  slope: 112,
  units: 123,
  qformCode: 252,
  sformCode: 254,
  quatern: 256,
  srow: 280,
};

const NIFTI2_FIELDS: typeof NIFTI1_FIELDS = {
  magic: 4,
  datatype: 12,
  dim: 16,
  intSize: 8,
  pixdim: 104,
  voxOffset: 168,
  slope: 176,
  units: 500,
  qformCode: 344,
  sformCode: 348,
  quatern: 352,
  srow: 400,
};

function fieldWriters(view: DataView, version: 1 | 2, littleEndian: boolean) {
  const writeInt = (at: number, value: number) =>
    version === 1 ? view.setInt16(at, value, littleEndian) : view.setBigInt64(at, BigInt(value), littleEndian);
  const writeReal = (at: number, values: readonly number[]) => {
    for (const [n, value] of values.entries()) {
      if (version === 1) view.setFloat32(at + 4 * n, value, littleEndian);
      else view.setFloat64(at + 8 * n, value, littleEndian);
    }
  };
  return [writeInt, writeReal] as const;
}

function voxelWriter(view: DataView, datatype: keyof typeof NIFTI_CODES, littleEndian: boolean) {
  const writers: Partial<Record<keyof typeof NIFTI_CODES, (at: number, value: number | bigint) => void>> = {
    int8: (at, value) => view.setInt8(at, Number(value)),
    uint8: (at, value) => view.setUint8(at, Number(value)),
    int16: (at, value) => view.setInt16(at, Number(value), littleEndian),
    uint16: (at, value) => view.setUint16(at, Number(value), littleEndian),
    int32: (at, value) => view.setInt32(at, Number(value), littleEndian),
    uint32: (at, value) => view.setUint32(at, Number(value), littleEndian),
    int64: (at, value) => view.setBigInt64(at, BigInt(value), littleEndian),
    uint64: (at, value) => view.setBigUint64(at, BigInt(value), littleEndian),
    float32: (at, value) => view.setFloat32(at, Number(value), littleEndian),
    float64: (at, value) => view.setFloat64(at, Number(value), littleEndian),
  };
  // Types that are refused unread hold whatever their first byte says.
  return writers[datatype] ?? ((at: number, value: number | bigint) => view.setUint8(at, Number(value)));
}
