import { isNIFTI1, isNIFTI2, NIFTI1, NIFTI2 } from 'nifti-reader-js';
import { NeurotileError } from '../errors.ts';
import { determinant, spacingMm } from '../geometry/affine.ts';
import { type Affine, type Vec3, voxelsIn } from '../volume/volume.ts';
import { DATATYPES, type DatatypeCode, describeDatatype, isReadable } from './datatypes.ts';
import { affineFromPixdim, affineFromQform, scaleWorld } from './orientation.ts';

/** Bytes that hold any NIfTI header: what to inflate before deciding on the rest. */
export const NIFTI_HEADER_BYTES = 544;

/** Fewest voxels along each side of what counts as a volume. */
export const SMALLEST_SIDE_VOXELS = 8;

/** What a NIfTI header says, checked. */
export interface NiftiHeader {
  readonly version: 1 | 2;
  /** Voxels along i, j, k. */
  readonly shape: Vec3;
  /** Volumes along the fourth axis; 1 for a 3D file. */
  readonly volumes: number;
  /** Voxel -> RAS mm: the sform where there is one, else the qform, else the voxel sizes (NIfTI's methods 3, 2, 1). */
  readonly affine: Affine;
  readonly datatype: DatatypeCode;
  readonly bytesPerVoxel: number;
  /** First byte of the voxels in the uncompressed file. */
  readonly dataOffset: number;
  /** Bytes of all volumes together. */
  readonly dataBytes: number;
  /** Stored value × slope + inter = value; 1 and 0 where the header asks for no scaling. */
  readonly slope: number;
  readonly inter: number;
  readonly littleEndian: boolean;
}

/** Bounds that the caller sets. */
export interface NiftiLimits {
  /** Voxels of one volume at most. */
  maxVoxels?: number;
  /** Bytes of the uncompressed file at most. */
  maxBytes?: number;
}

/**
 * Reads and checks the header of a single-file NIfTI-1 or NIfTI-2 image, either byte order.
 *
 * @param bytes at least the first `NIFTI_HEADER_BYTES` of the uncompressed file, or all of a shorter one
 * @throws NeurotileError NOT_NIFTI, NIFTI_DATATYPE, NIFTI_SHAPE, NIFTI_AFFINE, TOO_LARGE
 */
export function readNiftiHeader(bytes: Uint8Array, limits: NiftiLimits = {}): NiftiHeader {
  const { raw, version, view } = parse(bytes);
  const datatype = raw.datatypeCode;
  if (!isReadable(datatype)) {
    const expected = 'an integer or floating-point type of 8 to 64 bits';
    throw new NeurotileError('NIFTI_DATATYPE', { found: describeDatatype(datatype), expected });
  }
  const { shape, volumes } = shapeOf(raw.dims);
  const bytesPerVoxel = DATATYPES[datatype].bytes;
  const dataOffset = dataOffsetOf(raw.vox_offset, version);
  const dataBytes = voxelsIn(shape) * volumes * bytesPerVoxel;
  checkSize(shape, dataOffset + dataBytes, limits);
  const affine = affineOf(raw, view);
  const littleEndian = raw.littleEndian;
  return {
    version,
    shape,
    volumes,
    affine,
    datatype,
    bytesPerVoxel,
    dataOffset,
    dataBytes,
    ...scalingOf(raw),
    littleEndian,
  };
}

type Raw = NIFTI1 | NIFTI2;

function parse(bytes: Uint8Array): { raw: Raw; version: 1 | 2; view: DataView } {
  // Exactly the header, in a buffer of its own: the parser ignores byteOffset, and would follow extensions past the end.
  const buffer = (size: number) => new Uint8Array(bytes.subarray(0, size)).buffer;
  const [header1, header2] = [buffer(348), buffer(540)];
  const version = isNIFTI1(header1) ? 1 : isNIFTI2(header2) && header2.byteLength === 540 ? 2 : undefined;
  if (!version) throw notNifti(describeStart(bytes));
  const [raw, header] = version === 1 ? [new NIFTI1(), header1] : [new NIFTI2(), header2];
  try {
    raw.readHeader(header);
  } catch (cause) {
    throw notNifti(`a header whose first field is not ${version === 1 ? 348 : 540}`, cause);
  }
  return { raw, version, view: new DataView(header) };
}

function notNifti(found: string, cause?: unknown): NeurotileError {
  return new NeurotileError('NOT_NIFTI', { found, expected: 'a single-file NIfTI with magic "n+1" or "n+2"' }, cause);
}

/** What a file that is no NIfTI seems to be. */
function describeStart(bytes: Uint8Array): string {
  if (bytes.length < 348) return `${bytes.length} bytes, fewer than a header has`;
  const letters = (from: number) => String.fromCharCode(...bytes.subarray(from, from + 3));
  for (const magic of [letters(344), letters(4)]) {
    if (magic === 'ni1' || magic === 'ni2') return `the header of an .hdr/.img pair, magic "${magic}"`;
  }
  if (bytes[0] === 31 && bytes[1] === 139) return 'gzip data inside gzip data, or a .nii that is compressed';
  if (String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM') return 'a DICOM file';
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return `bytes ${start.join(' ')} at the start`;
}

/** dims: [rank, ni, nj, nk, nt, …]. Axes beyond the fourth must be 1. */
function shapeOf(dims: readonly number[]): { shape: Vec3; volumes: number } {
  const rank = dims[0];
  const sides = dims.slice(1, 1 + Math.min(Math.max(rank, 0), 7));
  const [ni, nj, nk, volumes = 1, ...others] = sides;
  const isVolume = rank >= 3 && rank <= 7 && Math.min(ni, nj, nk) >= SMALLEST_SIDE_VOXELS;
  if (!isVolume || volumes < 1 || others.some((n) => n !== 1)) {
    const found = sides.length ? sides.join(' × ') : `${rank} dimensions`;
    throw new NeurotileError('NIFTI_SHAPE', {
      found,
      expected: `3 or 4 dimensions, the first three of at least ${SMALLEST_SIDE_VOXELS} voxels`,
    });
  }
  return { shape: [ni, nj, nk], volumes };
}

/** Voxels never begin inside the header; 0 is what some writers leave, and means right behind it. */
function dataOffsetOf(voxOffset: number, version: 1 | 2): number {
  const [header, usual] = version === 1 ? [348, 352] : [540, 544];
  return voxOffset > 0 ? Math.max(header, Math.floor(voxOffset)) : usual;
}

function checkSize(shape: Vec3, fileBytes: number, { maxVoxels = Infinity, maxBytes = Infinity }: NiftiLimits): void {
  const voxels = voxelsIn(shape);
  if (voxels > maxVoxels) {
    const found = `${shape.join(' × ')} = ${voxels} voxels`;
    throw new NeurotileError('TOO_LARGE', { found, expected: `at most ${maxVoxels} voxels` });
  }
  if (fileBytes > maxBytes) {
    const expected = `at most ${maxBytes} bytes`;
    throw new NeurotileError('TOO_LARGE', { found: `${fileBytes} bytes by its header`, expected });
  }
}

/** Slope 0 (or not a number) means that values are stored as they are. */
function scalingOf({ scl_slope, scl_inter }: Raw): { slope: number; inter: number } {
  if (!Number.isFinite(scl_slope) || scl_slope === 0) return { slope: 1, inter: 0 };
  return { slope: scl_slope, inter: Number.isFinite(scl_inter) ? scl_inter : 0 };
}

function affineOf(raw: Raw, view: DataView): Affine {
  const affine = scaleWorld(storedAffine(raw, view), mmPerUnit(raw.xyzt_units));
  const [x, y, z] = spacingMm(affine);
  // The determinant of unit columns: 1 for right angles, 0 for axes that lie in one plane.
  const openness = Math.abs(determinant(affine)) / (x * y * z);
  if (!affine.every(Number.isFinite) || !(openness > 1e-4)) {
    const rows = [0, 4, 8].map((n) => affine.slice(n, n + 4).map((v) => Number(v.toPrecision(5))));
    throw new NeurotileError('NIFTI_AFFINE', {
      found: rows.map((row) => `[${row.join(' ')}]`).join(' '),
      expected: 'finite numbers, and three axes that span space',
    });
  }
  return affine;
}

/** Read here, because the parser keeps one affine only: it prefers some qforms, and for NIfTI-2 knows no qform. */
function storedAffine(raw: Raw, view: DataView): Affine {
  const pixdim: Vec3 = [raw.pixDims[1], raw.pixDims[2], raw.pixDims[3]];
  if (raw.sform_code > 0) {
    const rows = Array.from({ length: 12 }, (_, n) =>
      raw instanceof NIFTI1
        ? view.getFloat32(280 + 4 * n, raw.littleEndian)
        : view.getFloat64(400 + 8 * n, raw.littleEndian),
    );
    return [...rows, 0, 0, 0, 1];
  }
  if (raw.qform_code <= 0) return affineFromPixdim(pixdim);
  return affineFromQform({
    quaternion: [raw.quatern_b, raw.quatern_c, raw.quatern_d],
    offset: [raw.qoffset_x, raw.qoffset_y, raw.qoffset_z],
    pixdim,
    qfac: raw.pixDims[0] < 0 ? -1 : 1,
  });
}

/** Spatial unit in the low three bits: 1 metre, 2 millimetre, 3 micrometre; anything else is read as millimetre. */
function mmPerUnit(xyztUnits: number): number {
  return { 1: 1000, 3: 0.001 }[xyztUnits & 7] ?? 1;
}
