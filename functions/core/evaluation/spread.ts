import { percentile } from './percentile.ts';

/** What a table says of a measure over studies; null where there are too few values to say it. */
export interface Spread {
  n: number;
  mean: number | null;
  /** Of a sample: n − 1 in the denominator. */
  sd: number | null;
  median: number | null;
  least: number | null;
  most: number | null;
}

/** @param values finite */
export function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  if (n === 0) return { n, mean: null, sd: null, median: null, least: null, most: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    n,
    mean,
    sd: n < 2 ? null : Math.sqrt(squares / (n - 1)),
    median: percentile(values, 50),
    least: Math.min(...values),
    most: Math.max(...values),
  };
}
