/**
 * IEEE 754-2008 binary16, held as its bits in a Uint16Array, since JavaScript got a Float16Array only after Node 20.
 *
 *   binary16   s eeeee mmmmmmmmmm               value = ±1.m × 2^(e - 15);  e = 0: ±0.m × 2^-14;  e = 31: ±∞, NaN
 *   binary32   s eeeeeeee mmmmmmmmmmm…          exponent bias 127, 13 more bits of mantissa
 */

const FLOAT32_OF_CODE = Float32Array.from({ length: 65536 }, (_, code) => numberOf(code));

const INFINITY_16 = 0x7c00;
const NAN_16 = 0x7e00;
/** binary32 bits of 2^16, from where on nothing rounds to a finite binary16, of 2^-14, its smallest normal, and of ∞. */
const BITS_2_16 = 0x47800000;
const BITS_2_MINUS_14 = 0x38800000;
const BITS_INFINITY = 0x7f800000;
/** (127 - 15) << 23: moves a binary32 exponent to binary16's bias. */
const REBIAS = 0x38000000;

/** binary16 bits -> the same numbers, exactly, in `out` if given (of at least that length). About 1 ns a value. */
export function fromFloat16(codes: Uint16Array, out: Float32Array = new Float32Array(codes.length)): Float32Array {
  for (let n = 0; n < codes.length; n++) out[n] = FLOAT32_OF_CODE[codes[n]];
  return out;
}

/** Numbers -> nearest binary16, ties to even; from 65520 on ±∞; every NaN becomes 0x7e00. About 5 ns a value. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let n = 0; n < bits.length; n++) {
    const magnitude = bits[n] & 0x7fffffff;
    let code: number;
    if (magnitude === 0) code = 0;
    else if (magnitude >= BITS_2_16) code = magnitude > BITS_INFINITY ? NAN_16 : INFINITY_16;
    else if (magnitude < BITS_2_MINUS_14) code = roundHalfToEven(Math.abs(values[n]) * 2 ** 24);
    // Half of the bits to be dropped, less one where the last kept bit is 0: ties go to even; a carry raises the exponent.
    else code = (magnitude - REBIAS + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    out[n] = magnitude > BITS_INFINITY ? NAN_16 : code | ((bits[n] >>> 16) & 0x8000);
  }
  return out;
}

function numberOf(code: number): number {
  const sign = code & 0x8000 ? -1 : 1;
  const exponent = (code >>> 10) & 31;
  const mantissa = code & 1023;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return below + (rest > 0.5 || (rest === 0.5 && below & 1) ? 1 : 0);
}
