import { createRandom } from '../random.ts';
import { percentile } from './percentile.ts';

export interface PairedDifference {
  /** Pairs. */
  n: number;
  /** Mean of after − before; NaN without a pair. */
  mean: number;
  /** 95 % interval of that mean; both NaN below two pairs, where nothing is known of the spread. */
  low: number;
  high: number;
}

export interface PairedOptions {
  seed: number;
  /** Bootstrap samples. */
  resamples?: number;
}

/**
 * Mean paired difference with its bootstrap percentile interval (Efron & Tibshirani, "An introduction to the bootstrap",
 * 1993, chapter 13): pairs are drawn with replacement. Of few pairs the interval is too narrow rather than too wide.
 *
 * @param before, after finite, the same items in the same order
 * @throws RangeError where the lengths differ or a value is not finite
 */
export function comparePaired(
  before: readonly number[],
  after: readonly number[],
  { seed, resamples = 10_000 }: PairedOptions,
): PairedDifference {
  const differences = differencesOf(before, after);
  const n = differences.length;
  const mean = meanOf(differences);
  if (n < 2) return { n, mean, low: Number.NaN, high: Number.NaN };
  const random = createRandom(seed);
  const drawn = () => meanOf(Array.from({ length: n }, () => differences[random.integer(n)]));
  const means = Float64Array.from({ length: resamples }, drawn);
  return { n, mean, low: percentile(means, 2.5), high: percentile(means, 97.5) };
}

function differencesOf(before: readonly number[], after: readonly number[]): number[] {
  if (before.length !== after.length)
    throw new RangeError(`${before.length} values before against ${after.length} after`);
  const differences = after.map((value, n) => value - before[n]);
  const wrong = differences.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`pair ${wrong} is ${before[wrong]} and ${after[wrong]}: expected finite values`);
  return differences;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
