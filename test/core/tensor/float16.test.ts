import { describe, expect, test } from '@jest/globals';
import { fromFloat16, toFloat16 } from '../../../functions/core/tensor/float16.ts';

const one = (code: number) => fromFloat16(Uint16Array.of(code))[0];
const code = (x: number) => toFloat16(Float32Array.of(x))[0];
const everyCode = Uint16Array.from({ length: 65536 }, (_, n) => n);
const isNaN16 = (c: number) => (c & 0x7c00) === 0x7c00 && (c & 0x3ff) !== 0;

describe('binary16', () => {
  test.each([
    // IEEE 754-2008, 3.4: values worked out by hand from sign, exponent and mantissa.
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x83ff, -1023 * 2 ** -24],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ])('reads and writes %p as %p', (bits, value) => {
    expect(one(bits)).toBe(value);
    expect(code(value)).toBe(bits);
  });

  test('keeps the sign of zero', () => {
    expect(Object.is(one(0x8000), -0)).toBe(true);
    expect(code(-0)).toBe(0x8000);
  });

  test('comes back the same from float32 for every one of the 65536 codes; every NaN as one NaN', () => {
    const expected = everyCode.map((c) => (isNaN16(c) ? 0x7e00 : c));
    expect(toFloat16(fromFloat16(everyCode))).toEqual(expected);
    expect(everyCode.filter(isNaN16).every((c) => Number.isNaN(one(c)))).toBe(true);
  });

  test.each([
    ['a tie to the even neighbour below', 2048 + 1, 2048],
    ['a tie to the even neighbour above', 2048 + 3, 2048 + 4],
    ['a subnormal tie to the even neighbour', 2.5 * 2 ** -24, 2 * 2 ** -24],
    ['a subnormal just above a tie upward', 2.5001 * 2 ** -24, 3 * 2 ** -24],
    ['the greatest subnormal tie up to the least normal', 1023.5 * 2 ** -24, 2 ** -14],
    ['half of the least subnormal to zero', 2 ** -25, 0],
    ['float32 subnormals to zero', 1e-40, 0],
    ['a carry into the exponent', 4095.9, 4096],
    ['the last number below the tie to infinity down', 65519.996, 65504],
    ['the tie between 65504 and 65536 to infinity', 65520, Number.POSITIVE_INFINITY],
    ['what is far beyond to infinity', 1e30, Number.POSITIVE_INFINITY],
  ])('rounds %s', (_, x, expected) => {
    expect(one(code(x))).toBe(expected);
    expect(one(code(-x))).toBe(-expected);
  });

  test('rounds to the nearest: between every two finite neighbours each half goes to its side, the middle to the even one', () => {
    const below = everyCode.subarray(0, 0x7bff);
    const values = fromFloat16(everyCode);
    const middle = Float32Array.from(below, (c) => (values[c] + values[c + 1]) / 2);
    const near = (share: number) => Float32Array.from(below, (c) => values[c] + share * (values[c + 1] - values[c]));
    expect(toFloat16(near(0.49))).toEqual(below);
    expect(toFloat16(near(0.51))).toEqual(below.map((c) => c + 1));
    expect(toFloat16(middle)).toEqual(below.map((c) => c + (c & 1)));
  });

  test('reads into memory that is given', () => {
    const out = new Float32Array(3);
    expect(fromFloat16(Uint16Array.of(0x3c00, 0x4000), out)).toBe(out);
    expect([...out]).toEqual([1, 2, 0]);
  });
});
