import { describe, expect, test } from '@jest/globals';
import { NeurotileError } from '../../../functions/core/errors.ts';
import { readNpy, type Tensor, writeNpy } from '../../../functions/core/tensor/npy.ts';

/** What numpy 2.4 wrote for np.save(f, np.array([[1, -2, 0.5]], np.float16)), as base64. */
const BY_NUMPY =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDMpLCB9' +
  'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAPADAADg=';
const byNumpy = () => new Uint8Array(Buffer.from(BY_NUMPY, 'base64'));
const float16: Tensor = { dtype: 'float16', shape: [1, 3], data: Uint16Array.of(0x3c00, 0xc000, 0x3800) };

/** A file whose header text was changed; of the same length, so that the rest still fits. */
function changed(from: string, to: string): Uint8Array {
  const text = Buffer.from(byNumpy()).toString('latin1').replace(from, to.padEnd(from.length));
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

describe('a .npy file', () => {
  test('is read as NumPy wrote it', () => {
    expect(readNpy(byNumpy())).toEqual(float16);
  });

  test('is written as NumPy writes it, byte for byte', () => {
    expect(writeNpy(float16)).toEqual(byNumpy());
  });

  test.each<Tensor>([
    { dtype: 'uint8', shape: [2, 3, 1, 1, 2], data: Uint8Array.from({ length: 12 }, (_, n) => n * 20) },
    { dtype: 'float32', shape: [4], data: Float32Array.of(0.1, -0, Number.POSITIVE_INFINITY, 3e-40) },
    { dtype: 'float32', shape: [], data: Float32Array.of(7) },
    { dtype: 'float16', shape: [0, 4], data: new Uint16Array(0) },
  ])('comes back as it was: %j', (tensor) => {
    expect(readNpy(writeNpy(tensor))).toEqual(tensor);
  });

  test('is read in place where it is aligned, and copied where it is not', () => {
    const bytes = byNumpy();
    expect(readNpy(bytes).data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const copy = readNpy(shifted.subarray(1));
    expect(copy).toEqual(float16);
    expect(copy.data.buffer).not.toBe(shifted.buffer);
  });

  test('is written from a view of a larger array', () => {
    const data = Uint16Array.of(9, 0x3c00, 0xc000, 0x3800, 9).subarray(1, 4);
    expect(writeNpy({ ...float16, data } as Tensor)).toEqual(byNumpy());
  });

  test.each([
    ['an empty file', new Uint8Array(0), 'another file'],
    ['a file of another kind', new Uint8Array(200), 'another file'],
    ['a header cut off', byNumpy().subarray(0, 40), 'a header cut off'],
    ['version 2.0', byNumpy().map((b, n) => (n === 6 ? 2 : b)), 'another file'],
    ['a header of 65535 bytes', byNumpy().map((b, n) => (n === 8 || n === 9 ? 255 : b)), '65535 bytes'],
    ['data cut off', byNumpy().subarray(0, 130), '130 bytes, expected 134 bytes for float16 1×3'],
    ['data too long', Uint8Array.of(...byNumpy(), 0), '135 bytes, expected 134 bytes'],
    ['another type', changed('<f2', '<f8'), 'dtype <f8'],
    ['big-endian numbers', changed('<f2', '>f2'), 'dtype >f2'],
    ['objects', changed('<f2', '|O'), 'dtype |O'],
    ['Fortran order', changed('False', 'True'), 'Fortran order'],
    ['a negative side', changed('(1, 3)', '(1,-3)'), 'no shape'],
    ['more numbers than memory', changed('(1, 3), }     ', '(999999999999)'), 'expected 2000000000126 bytes'],
  ])('is refused: %s', (_, bytes, words) => {
    expect(() => readNpy(bytes)).toThrow(NeurotileError);
    expect(() => readNpy(bytes)).toThrow(words);
  });
});
