import { NeurotileError } from '../errors.ts';

/** A reference's own label -> BraTS's 0 background, 1 necrotic core, 2 oedema, 4 enhancing. */
export type Labels = Readonly<Record<number, 0 | 1 | 2 | 4>>;

/** Values this near to a whole number are that label: some files come with a scale factor that is nearly 1. */
const WHOLE = 1e-3;

/**
 * A reference mask in BraTS's labels.
 * @param values labels of any numeric type; an array of the same length and order comes back
 * @throws NeurotileError REFERENCE_LABELS when a value is not in the table (it may not even be a whole number)
 */
export function toBratsLabels(values: ArrayLike<number>, table: Labels): Uint8Array {
  const out = new Uint8Array(values.length);
  const known = Object.keys(table).map(Number);
  const unknown = new Set<number>();
  let last = 0; // most voxels have the value of the one before
  let lastLabel = lookUp(0, table) ?? 0;
  for (let n = 0; n < out.length; n++) {
    const value = values[n];
    if (value !== last || n === 0) {
      const label = lookUp(value, table);
      if (label === undefined) unknown.add(value);
      last = value;
      lastLabel = label ?? 0;
    }
    out[n] = lastLabel;
  }
  if (unknown.size > 0)
    throw new NeurotileError('REFERENCE_LABELS', {
      found: `label ${listed([...unknown])}`,
      expected: `labels ${known.join(', ')}`,
    });
  return out;
}

function lookUp(value: number, table: Labels): 0 | 1 | 2 | 4 | undefined {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= WHOLE ? table[whole] : undefined;
}

function listed(values: number[]): string {
  const sorted = values.sort((a, b) => a - b);
  const more = sorted.length > 8 ? ` and ${sorted.length - 8} more` : '';
  return `${sorted.slice(0, 8).join(', ')}${more}`;
}
