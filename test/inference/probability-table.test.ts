import { describe, expect, test } from '@jest/globals';
import { makeProbabilityTable, toProbabilities } from '../../functions/inference/probability-table.ts';

/** Next to 0, exp(-z) is 1 in float64, although p is below a half where z is negative. */
function byFormula(logit: number, temperature: number): number {
  const z = logit / temperature;
  if (Math.abs(z) < 1e-9) return z < 0 ? 127 : 128;
  return Math.round(255 / (1 + Math.exp(-z)));
}

function probabilitiesOf(logits: Float32Array, temperature = 1): Uint8Array {
  const out = new Uint8Array(logits.length);
  expect(toProbabilities(logits, makeProbabilityTable(temperature), out, 0)).toBe(true);
  return out;
}

/** The float32 one step up or down from x. */
function neighbour(x: number, step: 1 | -1): number {
  const float = Float32Array.of(x);
  new Uint32Array(float.buffer)[0] += x < 0 ? -step : step;
  return float[0];
}

describe('probabilities in 255ths', () => {
  test('are what one computes by hand', () => {
    // sigmoid: 0 -> 0.5 (127.5 rounds up), ln 3 -> 3/4, -ln 4 -> 1/5, 2 -> 0.8808 (224.6), -4 -> 0.0180 (4.6)
    expect([...probabilitiesOf(Float32Array.of(0, -0, Math.log(3), -Math.log(4), 2, -4, 100, -1e30))]).toEqual([
      128, 128, 191, 51, 225, 5, 255, 0,
    ]);
    // Twice the temperature: ln 9 / 2 = ln 3.
    expect([...probabilitiesOf(Float32Array.of(Math.log(9)), 2)]).toEqual([191]);
  });

  test.each([0.05, 0.7, 1, 1.3, 20])('are those of the formula for every logit at temperature %p', (temperature) => {
    // Each of the 65,536 intervals, at its ends and within: 4 low halves for every upper half that is finite.
    const bits = new Uint32Array(4 * 65536);
    for (let n = 0; n < bits.length; n++) bits[n] = (((n >>> 2) << 16) | [0, 1, 0x8000, 0xffff][n & 3]) >>> 0;
    const logits = new Float32Array(bits.buffer).filter(Number.isFinite);
    expect(logits.length).toBe(4 * 65536 - 4 * 2 * 128);
    const found = probabilitiesOf(logits, temperature);
    expect([...logits].filter((x, n) => found[n] !== byFormula(x, temperature))).toEqual([]);
  });

  test('step up exactly where the formula does: p = (v - 0.5) / 255', () => {
    const steps = Array.from({ length: 255 }, (_, n) => Math.fround(Math.log((n + 0.5) / (254.5 - n))));
    const others = steps.filter((x) => x !== 0); // at 0 itself the next test looks
    // One float32 further to each side than the step's own rounding could reach.
    const below = Float32Array.from(others, (x) => neighbour(neighbour(x, -1), -1));
    const above = Float32Array.from(others, (x) => neighbour(neighbour(x, 1), 1));
    const values = Array.from({ length: 255 }, (_, n) => n).filter((n) => steps[n] !== 0);
    expect([...probabilitiesOf(below)]).toEqual(values);
    expect([...probabilitiesOf(above)]).toEqual(values.map((v) => v + 1));
  });

  test('tell the least negative logit from zero', () => {
    expect([...probabilitiesOf(Float32Array.of(-(2 ** -149), 0))]).toEqual([127, 128]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuse a logit that is %p', (bad) => {
    const logits = Float32Array.of(1, bad, 1);
    expect(toProbabilities(logits, makeProbabilityTable(1), new Uint8Array(3), 0)).toBe(false);
  });

  test('are written from where one says', () => {
    const out = new Uint8Array(4);
    toProbabilities(Float32Array.of(100, 100), makeProbabilityTable(1), out, 1);
    expect([...out]).toEqual([0, 255, 255, 0]);
  });
});
