/**
 * The p-th percentile, linear between the two nearest ranks: numpy's default, and type 7 of Hyndman & Fan (1996).
 * @param p 0 to 100
 * @throws RangeError when there are no values
 */
export function percentile(values: ArrayLike<number>, p: number): number {
  if (values.length === 0) throw new RangeError('percentile of no values');
  const sorted = Float64Array.from(values).sort();
  const rank = (p / 100) * (sorted.length - 1);
  const below = Math.floor(rank);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (rank - below);
}
