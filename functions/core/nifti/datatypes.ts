/** NIfTI's `datatype` codes (nifti1.h) that are numeric and real, with the bytes a voxel takes. */
export const DATATYPES = {
  2: { name: 'uint8', bytes: 1 },
  4: { name: 'int16', bytes: 2 },
  8: { name: 'int32', bytes: 4 },
  16: { name: 'float32', bytes: 4 },
  64: { name: 'float64', bytes: 8 },
  256: { name: 'int8', bytes: 1 },
  512: { name: 'uint16', bytes: 2 },
  768: { name: 'uint32', bytes: 4 },
  1024: { name: 'int64', bytes: 8 },
  1280: { name: 'uint64', bytes: 8 },
} as const;

export type DatatypeCode = keyof typeof DATATYPES;
export type DatatypeName = (typeof DATATYPES)[DatatypeCode]['name'];

/** Codes that exist but cannot be read as one real number a voxel; named so that the error can say what it found. */
const REFUSED: Readonly<Record<number, string>> = {
  0: 'unknown',
  1: 'bitmap',
  32: 'complex64',
  128: 'RGB',
  1536: 'float128',
  1792: 'complex128',
  2048: 'complex256',
  2304: 'RGBA',
};

export function isReadable(code: number): code is DatatypeCode {
  return Object.hasOwn(DATATYPES, code);
}

/** For messages: `complex64 (code 32)`. */
export function describeDatatype(code: number): string {
  const name = isReadable(code) ? DATATYPES[code].name : (REFUSED[code] ?? 'no NIfTI type');
  return `${name} (code ${code})`;
}
