const BINS = 256;
/** Above this share of the values they count as outliers, and as the highest bin. */
const CUT = 0.995;

/**
 * The threshold that parts values into two classes with the greatest variance between them (Otsu 1979, IEEE Trans.
 * Syst. Man Cybern. 9:62), on 256 bins from the least value to the 99.5th percentile. Values above it are the brighter
 * class. Non-finite values are left out; where all are equal that value comes back.
 */
export function otsuThreshold(values: Float32Array): number {
  const [low, high] = finiteRange(values);
  const top = quantile(histogram(values, low, high, 16 * BINS), low, high);
  const counts = histogram(values, low, top, BINS);
  return low + (bestSplit(counts) / BINS) * (top - low);
}

/** Least and greatest finite value. */
export function finiteRange(values: Float32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let n = 0; n < values.length; n++) {
    const value = values[n];
    if (value < low && value !== -Infinity) low = value;
    if (value > high && value !== Infinity) high = value;
  }
  return [low, high];
}

/** Counts a bin over [low, high]; what lies above goes into the last, what lies below or is NaN into none. */
function histogram(values: Float32Array, low: number, high: number, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  const scale = bins / (high - low || 1);
  for (let n = 0; n < values.length; n++) {
    const value = values[n];
    if (value >= low && value < Infinity) counts[Math.min(bins - 1, ((value - low) * scale) | 0)]++;
  }
  return counts;
}

/** Upper edge of the bin in which the cut lies. */
function quantile(counts: Float64Array, low: number, high: number): number {
  const total = counts.reduce((a, b) => a + b, 0);
  let seen = 0;
  let bin = 0;
  while (bin < counts.length - 1 && seen + counts[bin] < CUT * total) seen += counts[bin++];
  return low + ((bin + 1) / counts.length) * (high - low);
}

/** Number of bins in the darker class. */
function bestSplit(counts: Float64Array): number {
  let total = 0;
  let sum = 0;
  for (let b = 0; b < counts.length; b++) {
    total += counts[b];
    sum += b * counts[b];
  }
  let [split, best, below, belowSum] = [0, -1, 0, 0];
  for (let b = 0; b < counts.length - 1; b++) {
    below += counts[b];
    belowSum += b * counts[b];
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const distance = belowSum / below - (sum - belowSum) / above;
    const between = below * above * distance * distance;
    if (between > best) [split, best] = [b + 1, between];
  }
  return split;
}
