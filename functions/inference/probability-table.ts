/**
 * From a logit to round(255 · sigmoid(logit / temperature)) by comparing, not computing: the answer has 256 values,
 * so all there is to know are the 255 logits at which it steps up. Ten times faster than Math.exp a voxel,
 * and the same on every platform, as only the table asks for a logarithm.
 *
 * The upper 16 bits of a float32 (sign, exponent, 7 bits of mantissa) choose one of 65,536 narrow intervals:
 *
 *   value(x) = atStart[interval(x)] + (x ≥ stepAt[interval(x)] ? 1 : 0)
 *
 * One step an interval is enough: it is 2^-7 of its start wide, and 255 · z · sigmoid'(z) ≤ 58 < 128 for every z.
 */
export interface ProbabilityTable {
  /** The value where the interval begins (its least logit), or NOT_FINITE. */
  readonly atStart: Uint16Array;
  /** The logit, if there is one in the interval, from which on the value is one more; else infinity. */
  readonly stepAt: Float32Array;
}

const INTERVALS = 65536;
const NOT_FINITE = 256;

/** One float32 and its bits. */
const cell = new Uint32Array(1);
const float = new Float32Array(cell.buffer);

/** The table of a temperature (above 0). 0.4 MB, about 5 ms. */
export function makeProbabilityTable(temperature: number): ProbabilityTable {
  const steps = stepLogits(temperature);
  const atStart = new Uint16Array(INTERVALS).fill(NOT_FINITE);
  const stepAt = new Float32Array(INTERVALS).fill(Number.POSITIVE_INFINITY);
  for (let interval = 0; interval < INTERVALS; interval++) {
    const [least, greatest] = boundsOf(interval);
    if (!Number.isFinite(least + greatest)) continue;
    const before = countUpTo(steps, least);
    atStart[interval] = before;
    if (before < 255 && steps[before] <= greatest) stepAt[interval] = steps[before];
  }
  return { atStart, stepAt };
}

/**
 * Logits -> probabilities in 255ths, from `start` of `out` on. About 3 ns a voxel.
 * @returns false where a logit was not finite; `out` is of no use then.
 */
export function toProbabilities(
  logits: Float32Array,
  { atStart, stepAt }: ProbabilityTable,
  out: Uint8Array,
  start: number,
): boolean {
  const bits = new Uint32Array(logits.buffer, logits.byteOffset, logits.length);
  let seen = 0;
  for (let n = 0; n < logits.length; n++) {
    const interval = bits[n] >>> 16;
    const value = atStart[interval] + (logits[n] >= stepAt[interval] ? 1 : 0);
    seen |= value;
    out[start + n] = value;
  }
  return seen < NOT_FINITE;
}

/** The least float32 at which round(255 · p) is 1, 2, … 255, that is p ≥ (v - 0.5) / 255; ascending. */
function stepLogits(temperature: number): Float32Array {
  return Float32Array.from({ length: 255 }, (_, n) => float32From(temperature * Math.log((n + 0.5) / (254.5 - n))));
}

/** The least float32 at or above x. */
function float32From(x: number): number {
  float[0] = x;
  if (float[0] < x) cell[0] += x < 0 ? -1 : 1;
  return float[0];
}

/** How many of the ascending steps are at or below x. */
function countUpTo(steps: Float32Array, x: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Least and greatest float32 whose upper 16 bits are these. */
function boundsOf(interval: number): [number, number] {
  const ends = [0, 0xffff].map((low) => {
    cell[0] = (interval << 16) | low;
    return float[0];
  });
  return ends[0] <= ends[1] ? [ends[0], ends[1]] : [ends[1], ends[0]];
}
