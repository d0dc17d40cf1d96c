import { describe, expect, test } from '@jest/globals';
import { NeurotileError } from '../../../functions/core/errors.ts';
import { readNifti, readNiftiHeader } from '../../../functions/core/nifti/read-nifti.ts';
import { makeRawNifti, type RawNifti } from '../../helpers/raw-nifti.ts';

const TYPES = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64'] as const;

/** The ends of each type's range and a few between; as float32 they are what `Math.fround` makes of them. */
const SAMPLES: Record<(typeof TYPES)[number], (number | bigint)[]> = {
  int8: [-128, -1, 0, 1, 127],
  uint8: [0, 1, 127, 128, 255],
  int16: [-32768, -258, 0, 258, 32767],
  uint16: [0, 258, 32768, 40000, 65535],
  int32: [-2147483648, -65536, -1, 16909060, 2147483647],
  uint32: [0, 1, 16909060, 2147483648, 4294967295],
  int64: [-9223372036854775808n, -4294967297n, -1n, 4294967296n, 9223372036854775807n],
  uint64: [0n, 1n, 4294967297n, 9223372036854775808n, 18446744073709551615n],
  float32: [-1.5, 0, 0.10000000149011612, 3e38, -1e-30],
  float64: [-1.5, 0, 0.1, 1e30, -1e-30],
};

const filled = (samples: readonly (number | bigint)[]) =>
  Array.from({ length: 512 }, (_, n) => samples[n % samples.length]);

describe('readNifti', () => {
  for (const datatype of TYPES)
    for (const littleEndian of [true, false])
      for (const version of [1, 2] as const)
        test(`reads ${datatype}, ${littleEndian ? 'little' : 'big'}-endian, NIfTI-${version}`, () => {
          const values = filled(SAMPLES[datatype]);
          const volume = readNifti(makeRawNifti({ version, littleEndian, datatype, values }));
          expect(volume.shape).toEqual([8, 8, 8]);
          expect(Array.from(volume.data)).toEqual(values.map((value) => Math.fround(Number(value))));
        });

  test('keeps i fastest, then j, then k', () => {
    const values = Array.from({ length: 8 * 9 * 10 }, (_, n) => n);
    const { shape, data } = readNifti(makeRawNifti({ dims: [3, 8, 9, 10], values }));
    expect(shape).toEqual([8, 9, 10]);
    expect(data[3 + 8 * (4 + 9 * 5)]).toBe(3 + 8 * 4 + 72 * 5);
  });

  test('applies slope and intercept before it rounds to float32', () => {
    // 2147483647 alone rounds to 2147483648 in float32, and the half would vanish.
    const values = filled([2147483647, 10]);
    const { data } = readNifti(makeRawNifti({ datatype: 'int32', values, slope: 0.5, inter: -1073741824 }));
    expect(data[0]).toBe(-0.5);
  });

  test.each([0, Number.NaN])('takes values as they are where the slope is %p', (slope) => {
    const { data } = readNifti(makeRawNifti({ datatype: 'int16', values: filled([7]), slope, inter: 100 }));
    expect(data[0]).toBe(7);
  });

  test('reads the volume of a 4D file that is asked for', () => {
    const values = Array.from({ length: 3 * 512 }, (_, n) => Math.floor(n / 512));
    const file = makeRawNifti({ dims: [4, 8, 8, 8, 3], datatype: 'uint8', values });
    expect(readNiftiHeader(file).volumes).toBe(3);
    for (const volume of [0, 1, 2]) expect(new Set(readNifti(file, { volume }).data)).toEqual(new Set([volume]));
  });

  test('refuses a volume that a file does not have', () => {
    expect(() => readNifti(makeRawNifti(), { volume: 1 })).toThrow(/found 1 along.*index 1/);
  });

  test.each([[[4, 8, 8, 8, 1]], [[7, 8, 8, 8, 1, 1, 1, 1]]])('takes %p as one 3D volume', (dims) => {
    expect(readNifti(makeRawNifti({ dims })).data).toHaveLength(512);
  });

  test('reads a file that lies at an odd offset of a larger buffer, and leaves it as it is', () => {
    const file = makeRawNifti({ datatype: 'float64', littleEndian: false, values: filled([0.25, -3]) });
    const buffer = new Uint8Array(file.length + 3);
    buffer.set(file, 3);
    const { data } = readNifti(buffer.subarray(3));
    expect([data[0], data[1]]).toEqual([0.25, -3]);
    expect(buffer.subarray(3)).toEqual(file);
  });

  test.each([1, 2] as const)(
    'reads a Node Buffer of NIfTI-%i, whose slices are no copies, and leaves it as it is',
    (version) => {
      const file = makeRawNifti({ version, datatype: 'int16', littleEndian: false, values: filled([258, -3]) });
      const pooled = Buffer.concat([new Uint8Array(7), file]).subarray(7);
      const { data } = readNifti(pooled);
      expect([data[0], data[1]]).toEqual([258, -3]);
      expect(Buffer.compare(pooled, file)).toBe(0);
    },
  );

  test('skips extensions before the voxels, bytes behind them, and reads an offset of 0 as 352', () => {
    const values = filled([5]);
    expect(readNifti(makeRawNifti({ values, dataOffset: 1024, trailing: 77 })).data[0]).toBe(5);
    expect(readNiftiHeader(makeRawNifti({ values, dataOffset: 0 })).dataOffset).toBe(352);
    expect(readNiftiHeader(makeRawNifti({ values, dataOffset: 0, version: 2 })).dataOffset).toBe(544);
  });

  test('returns a copy, so that the file can be let go', () => {
    const file = makeRawNifti();
    expect(readNifti(file).data.buffer).not.toBe(file.buffer);
  });
});

/** Each bad input: what is wrong, the code, and the two values that the message has to name. */
const BAD: [string, Partial<RawNifti> & { cut?: number }, string, string, string][] = [
  ['a text file', { cut: 20 }, 'NOT_NIFTI', '20 bytes', 'n+1'],
  ['a file with another magic', { magic: 'abc' }, 'NOT_NIFTI', '5c 01 00 00', 'n+1'],
  ['an .hdr of a pair', { magic: 'ni1\0' }, 'NOT_NIFTI', '.hdr/.img pair', 'single-file'],
  ['an .hdr of a NIfTI-2 pair', { version: 2, magic: 'ni2\0' }, 'NOT_NIFTI', '.hdr/.img pair', 'single-file'],
  ['complex voxels', { datatype: 'complex64' }, 'NIFTI_DATATYPE', 'complex64 (code 32)', '8 to 64 bits'],
  ['colours', { datatype: 'rgb24' }, 'NIFTI_DATATYPE', 'RGB (code 128)', '8 to 64 bits'],
  ['128-bit floats', { datatype: 'float128' }, 'NIFTI_DATATYPE', 'float128 (code 1536)', '8 to 64 bits'],
  ['fewer voxels than promised', { values: [1, 2, 3] }, 'NIFTI_TRUNCATED', '364 bytes', '2400'],
  ['one slice', { dims: [3, 64, 64, 1] }, 'NIFTI_SHAPE', '64 × 64 × 1', '8 voxels'],
  ['seven slices', { dims: [3, 64, 64, 7] }, 'NIFTI_SHAPE', '64 × 64 × 7', '8 voxels'],
  ['a 2D image', { dims: [2, 64, 64] }, 'NIFTI_SHAPE', '64 × 64', '3 or 4 dimensions'],
  ['no dimensions', { dims: [0] }, 'NIFTI_SHAPE', '0 dimensions', '3 or 4 dimensions'],
  ['a negative side', { dims: [3, 8, -8, 8] }, 'NIFTI_SHAPE', '-8', '8 voxels'],
  ['vectors along a fifth axis', { dims: [5, 8, 8, 8, 1, 3] }, 'NIFTI_SHAPE', '8 × 8 × 8 × 1 × 3', '3 or 4'],
  ['more voxels than the limit', { dims: [3, 30, 30, 30] }, 'TOO_LARGE', '27000 voxels', 'at most 20000'],
  ['more volumes than the limit', { dims: [4, 8, 8, 8, 99] }, 'TOO_LARGE', '203104 bytes', 'at most 200000'],
  [
    'a zero row in the sform',
    { sform: { code: 1, rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] } },
    'NIFTI_AFFINE',
    '[0 0 0 0]',
    'span space',
  ],
  [
    'two equal columns',
    { sform: { code: 1, rows: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0] } },
    'NIFTI_AFFINE',
    '[1 1 0 0]',
    'span space',
  ],
  [
    'a NaN in the sform',
    { sform: { code: 1, rows: [1, 0, 0, Number.NaN, 0, 1, 0, 0, 0, 0, 1, 0] } },
    'NIFTI_AFFINE',
    'NaN',
    'finite',
  ],
  ['a voxel size of zero', { pixdim: [1, 1, 0, 1] }, 'NIFTI_AFFINE', '[0 0 0 0]', 'span space'],
];

describe('a bad NIfTI', () => {
  test.each(BAD)('with %s gets its code and both values', (_, { cut, ...raw }, code, found, expected) => {
    const file = makeRawNifti(raw).subarray(0, cut);
    const error = thrownBy(() => readNifti(file, { maxVoxels: 20_000, maxBytes: 200_000 }));
    expect(error.code).toBe(code);
    expect(error.fields.found).toContain(found);
    expect(error.fields.expected).toContain(expected);
    expect(error.message).toContain(found);
  });

  test('is refused on its header alone, before there are voxels', () => {
    const head = makeRawNifti({ dims: [3, 30000, 30000, 30000], values: [] });
    expect(thrownBy(() => readNiftiHeader(head, { maxVoxels: 512 ** 3 })).code).toBe('TOO_LARGE');
  });

  test('whose first field is not the size of a header is no NIfTI', () => {
    const file = makeRawNifti();
    file[0] = 31; // with 139 behind it this would look like gzip to a parser that inflates by itself
    file[1] = 139;
    expect(thrownBy(() => readNifti(file)).code).toBe('NOT_NIFTI');
  });
});

function thrownBy(action: () => unknown): NeurotileError {
  try {
    action();
  } catch (error) {
    if (error instanceof NeurotileError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
