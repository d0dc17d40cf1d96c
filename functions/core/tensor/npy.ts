import { NeurotileError } from '../errors.ts';

/**
 * NumPy's .npy, version 1.0 (numpy.lib.format), in C order, little-endian as every machine that we run on:
 *
 *   0  \x93NUMPY   6  1 0   8  header length (uint16)   10  header, a Python dict, spaces, \n   then the data
 *
 * The header is padded so that the data begin at a multiple of 64.
 */
export type Tensor =
  | { readonly dtype: 'float16'; readonly shape: readonly number[]; readonly data: Uint16Array }
  | { readonly dtype: 'uint8'; readonly shape: readonly number[]; readonly data: Uint8Array }
  | { readonly dtype: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array };

const MAGIC = '\x93NUMPY\x01\x00';
const PREFIX_BYTES = 10;
const ALIGNMENT = 64;
/** NumPy writes 118 bytes for any tensor of ours; what is much longer is something else. */
const MAX_HEADER_BYTES = 4096;
const DESCR = { float16: '<f2', uint8: '|u1', float32: '<f4' } as const;
const BYTES = { float16: 2, uint8: 1, float32: 4 } as const;

/**
 * Bytes of a .npy file -> its tensor; a view of the same memory where that is aligned, else a copy. float16 comes as bits.
 * @throws NeurotileError PREDICTION: not version 1.0, another dtype or order, or not exactly as long as its shape says.
 */
export function readNpy(bytes: Uint8Array): Tensor {
  const header = readHeader(bytes);
  const dtype = dtypeOf(header);
  const shape = shapeOf(header);
  const start = PREFIX_BYTES + header.length;
  const count = shape.reduce((product, n) => product * n, 1);
  const expected = start + count * BYTES[dtype];
  if (bytes.length !== expected)
    throw wrong(`${bytes.length} bytes`, `${expected} bytes for ${dtype} ${shape.join('×')}`);
  return viewOf(dtype, shape, bytes.subarray(start), count);
}

/** Tensor -> bytes of a .npy file, the same that NumPy writes. The data are copied. */
export function writeNpy({ dtype, shape, data }: Tensor): Uint8Array {
  const size = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dict = `{'descr': '${DESCR[dtype]}', 'fortran_order': False, 'shape': (${size}), }`;
  const start = Math.ceil((PREFIX_BYTES + dict.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${dict.padEnd(start - PREFIX_BYTES - 1)}\n`;
  const length = String.fromCharCode(header.length & 255, header.length >>> 8);
  const out = new Uint8Array(start + data.byteLength);
  writeAscii(out, MAGIC + length + header);
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return out;
}

function readHeader(bytes: Uint8Array): string {
  const magic = asciiOf(bytes.subarray(0, MAGIC.length));
  if (bytes.length < PREFIX_BYTES || magic !== MAGIC) throw wrong('another file', 'a .npy file, version 1.0');
  const length = bytes[8] + 256 * bytes[9];
  if (length > MAX_HEADER_BYTES) throw wrong(`a .npy header of ${length} bytes`, `at most ${MAX_HEADER_BYTES}`);
  const header = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
  if (header.length < length) throw wrong('a header cut off', `${length} bytes of it`);
  return asciiOf(header);
}

function dtypeOf(header: string): Tensor['dtype'] {
  const descr = /'descr': *'([^']{1,16})'/.exec(header)?.[1];
  const dtype = (['float16', 'uint8', 'float32'] as const).find((name) => DESCR[name] === descr);
  if (!dtype) throw wrong(`dtype ${descr ?? 'unknown'}`, Object.values(DESCR).join(' or '));
  return dtype;
}

function shapeOf(header: string): number[] {
  if (!/'fortran_order': *False/.test(header)) throw wrong('Fortran order', 'C order');
  const inside = /'shape': *\(([0-9, ]*)\)/.exec(header)?.[1];
  if (inside === undefined) throw wrong('no shape in the header', 'a tuple of integers');
  return inside.split(',').flatMap((n) => (n.trim() === '' ? [] : [Number(n)]));
}

function viewOf(dtype: Tensor['dtype'], shape: number[], body: Uint8Array, count: number): Tensor {
  const { buffer, byteOffset } = body.byteOffset % BYTES[dtype] === 0 ? body : body.slice();
  switch (dtype) {
    case 'float16':
      return { dtype, shape, data: new Uint16Array(buffer, byteOffset, count) };
    case 'float32':
      return { dtype, shape, data: new Float32Array(buffer, byteOffset, count) };
    case 'uint8':
      return { dtype, shape, data: new Uint8Array(buffer, byteOffset, count) };
  }
}

function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function writeAscii(out: Uint8Array, text: string): void {
  for (let n = 0; n < text.length; n++) out[n] = text.charCodeAt(n);
}

function wrong(found: string, expected: string): NeurotileError {
  return new NeurotileError('PREDICTION', { found, expected });
}
