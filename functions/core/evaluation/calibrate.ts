/** Voxels by the probability that they were given. Sums rather than means, so that studies add up. */
export interface ReliabilityBin {
  /** Probabilities from this on, and below the next bin's; the last bin holds 1 too. */
  low: number;
  voxels: number;
  /** Sum of the probabilities: over `voxels` it is what was expected. */
  expected: number;
  /** Voxels inside the reference: over `voxels` it is what was observed. */
  observed: number;
}

/**
 * Voxels sorted into bins of equal width by their probability, and how many of each are in the reference (the
 * reliability diagram of DeGroot & Fienberg, The Statistician 1983).
 *
 * @param probability 0 to 1 at each voxel
 * @param reference non-zero inside, of the same length
 * @param within counts only where this is non-zero, for instance the brain; everywhere by default
 */
export function reliability(
  probability: Float32Array,
  reference: Uint8Array,
  { within, bins = 15 }: { within?: Uint8Array; bins?: number } = {},
): ReliabilityBin[] {
  if (probability.length !== reference.length)
    throw new RangeError(`${probability.length} probabilities against a reference of ${reference.length}`);
  const table = Array.from({ length: bins }, (_, n) => ({ low: n / bins, voxels: 0, expected: 0, observed: 0 }));
  for (let n = 0; n < probability.length; n++) {
    if (within !== undefined && within[n] === 0) continue;
    const p = probability[n];
    const bin = table[Math.min(bins - 1, Math.floor(p * bins))];
    bin.voxels++;
    bin.expected += p;
    if (reference[n] !== 0) bin.observed++;
  }
  return table;
}

/** The bins of several studies as one. @throws RangeError where they are not alike */
export function addReliability(tables: readonly (readonly ReliabilityBin[])[]): ReliabilityBin[] {
  const [first = []] = tables;
  if (tables.some((table) => table.length !== first.length)) throw new RangeError('tables of different bins');
  return first.map(({ low }, n) => ({
    low,
    voxels: sumOf(tables, (table) => table[n].voxels),
    expected: sumOf(tables, (table) => table[n].expected),
    observed: sumOf(tables, (table) => table[n].observed),
  }));
}

/**
 * Expected calibration error, 0 to 1: how far expectation and observation are apart, each bin weighted by its voxels
 * (Guo et al., "On calibration of modern neural networks", ICML 2017). null without a voxel.
 */
export function calibrationError(table: readonly ReliabilityBin[]): number | null {
  const voxels = sumOf(table, (bin) => bin.voxels);
  return voxels === 0 ? null : sumOf(table, ({ expected, observed }) => Math.abs(expected - observed)) / voxels;
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
