import { describe, expect, test } from '@jest/globals';
import { createRandom, xoshiro128 } from '../../functions/core/random.ts';

const times = <T>(n: number, draw: () => T) => Array.from({ length: n }, draw);

describe('xoshiro128**', () => {
  test("gives the reference implementation's numbers from state 1, 2, 3, 4", () => {
    // As published with version 1.1 of the authors' C code; Rust's rand_xoshiro pins the same ten.
    const published = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(times(10, xoshiro128([1, 2, 3, 4]))).toEqual(published);
  });
});

describe('a seeded stream', () => {
  test('is the same for the same seed and another for another', () => {
    const stream = (seed: number | string) => times(8, createRandom(seed).next);
    expect(stream(7)).toEqual(stream(7));
    expect(stream('case 7')).toEqual(stream('case 7'));
    const seeds = [0, 1, -1, 7, 2 ** 32 + 7, '7', 'case 7', 'case 8', ''];
    expect(new Set(seeds.map((seed) => stream(seed).join())).size).toBe(seeds.length);
  });

  test('refuses a seed that is no integer', () => {
    expect(() => createRandom(0.5)).toThrow('seed is 0.5');
    expect(() => createRandom(Number.NaN)).toThrow(RangeError);
  });

  test('draws uniform numbers inside their bounds, with the mean and variance of such', () => {
    const random = createRandom(1);
    const draws = times(50_000, () => random.uniform(-2, 4));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...draws)).toBeLessThan(4);
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    expect(mean).toBeCloseTo(1, 1); // standard error 6 / sqrt(12 · 50,000) = 0.008
    const variance = draws.reduce((a, x) => a + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(variance - 3)).toBeLessThan(0.1); // 6² / 12
  });

  test('draws normal numbers of which 68.3 % lie within one deviation and 95.4 % within two', () => {
    const random = createRandom(2);
    const draws = times(50_000, () => random.normal(10, 3));
    const within = (deviations: number) =>
      draws.filter((x) => Math.abs(x - 10) <= 3 * deviations).length / draws.length;
    expect(Math.abs(within(1) - 0.6827)).toBeLessThan(0.01);
    expect(Math.abs(within(2) - 0.9545)).toBeLessThan(0.005);
    expect(Math.abs(draws.reduce((a, b) => a + b) / draws.length - 10)).toBeLessThan(0.06);
  });

  test('draws each of n integers about equally often', () => {
    const random = createRandom('dice');
    const counts = new Array<number>(6).fill(0);
    for (const n of times(60_000, () => random.integer(6))) counts[n]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400); // 4 standard deviations
    expect(() => random.integer(0)).toThrow('n is 0');
    expect(() => random.integer(2.5)).toThrow(RangeError);
    expect(random.integer(1)).toBe(0);
  });

  test('shuffles without losing anything, every order equally likely, and leaves its input alone', () => {
    const random = createRandom(3);
    const items = Object.freeze(['a', 'b', 'c']);
    const orders = new Map<string, number>();
    for (const order of times(6_000, () => random.shuffle(items).join('')))
      orders.set(order, (orders.get(order) ?? 0) + 1);
    expect([...orders.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of orders.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });
});
