import { channelsOf, type ModelSpec, REGIONS, SEQUENCES, TILE_MEANS, Z_SCORE_MASKS } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';

type Check = (value: unknown) => boolean;

/** What each field of the `neurotile` block has to be, in words for the error and as a test. */
const FIELDS: Record<string, { expected: string; holds: Check }> = {
  formatVersion: { expected: '1', holds: (v) => v === 1 },
  name: { expected: 'a name of letters, digits, "-", "_" and "."', holds: (v) => isText(v, /^[\w.-]{1,64}$/) },
  dims: { expected: '2 or 3', holds: (v) => v === 2 || v === 3 },
  sequences: { expected: `different ones of ${SEQUENCES.join(', ')}`, holds: (v) => isSelection(v, SEQUENCES) },
  axes: { expected: 'one letter each of R/L, A/P and S/I, such as "SPL"', holds: isAxes },
  spacingMm: { expected: 'three sizes above 0', holds: (v) => isList(v, 3, (n) => n > 0) },
  tile: { expected: 'three whole numbers from 1 to 1024', holds: (v) => isList(v, 3, isSide) },
  overlap: { expected: 'three fractions, from 0 to below 1', holds: (v) => isList(v, 3, (n) => n >= 0 && n < 1) },
  regions: { expected: `different ones of ${REGIONS.join(', ')}`, holds: (v) => isSelection(v, REGIONS) },
  outputs: { expected: '"regions" or "labels"', holds: (v) => isOneOf(v, [undefined, 'regions', 'labels']) },
  normalisation: { expected: `z-score by one of ${Z_SCORE_MASKS.join(', ')}`, holds: isNormalisation },
  postprocessing: { expected: '"clean" or "none"', holds: (v) => isOneOf(v, [undefined, 'clean', 'none']) },
  window: { expected: 'field, steps, weights and mean as functions/contract/model.ts has them', holds: isWindow },
  temperature: { expected: 'numbers above 0', holds: (v) => isList(v, undefined, (n) => n > 0) },
  digest: { expected: 'a sha256 in hex', holds: (v) => isText(v, /^[0-9a-f]{64}$/) },
};

/**
 * A bundle's metadata.json, parsed -> its `neurotile` block, every field of which was looked at.
 * @throws NeurotileError MODEL naming the field, what it holds and what it should.
 */
export function parseModelSpec(metadata: unknown): ModelSpec {
  const block = isRecord(metadata) ? metadata.neurotile : undefined;
  if (!isRecord(block)) throw wrong('no "neurotile" block', 'one in configs/metadata.json');
  for (const [name, { expected, holds }] of Object.entries(FIELDS)) {
    if (!holds(block[name])) throw wrong(`${name}: ${shown(block[name])}`, expected);
  }
  const spec = block as unknown as ModelSpec;
  const { temperature, regions, outputs } = spec;
  if (temperature.length !== channelsOf(spec))
    throw wrong(`${temperature.length} temperatures`, `${channelsOf(spec)}, one a channel`);
  if (outputs === 'labels' && regions.length < REGIONS.length)
    throw wrong(`labels of ${regions.join(', ')} alone`, `labels that make ${REGIONS.join(', ')}`);
  return spec;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isList(value: unknown, length: number | undefined, holds: (n: number) => boolean): boolean {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) return false;
  return value.every((n) => typeof n === 'number' && Number.isFinite(n) && holds(n));
}

function isSelection(value: unknown, known: readonly string[]): boolean {
  if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) return false;
  return value.every((v) => known.includes(v));
}

function isAxes(value: unknown): boolean {
  return isText(value, /^[RLAPSI]{3}$/) && [/[RL]/, /[AP]/, /[SI]/].every((world) => isText(value, world));
}

function isSide(n: number): boolean {
  return Number.isInteger(n) && n >= 1 && n <= 1024;
}

function isNormalisation(value: unknown): boolean {
  return isRecord(value) && value.kind === 'z-score' && isOneOf(value.mask, Z_SCORE_MASKS);
}

function isWindow(value: unknown): boolean {
  if (!isRecord(value)) return value === undefined;
  const { field, steps, weights, mean } = value;
  const isPlaced = isOneOf(field, ['margin', 'tight', 'whole']) && isOneOf(steps, ['fixed', 'even']);
  const isWeighted = isOneOf(weights, ['gaussian', 'nnunet', 'monai', 'constant']);
  return isPlaced && isWeighted && isOneOf(mean, TILE_MEANS);
}

function isOneOf(value: unknown, known: readonly unknown[]): boolean {
  return known.includes(value);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}

function wrong(found: string, expected: string): NeurotileError {
  return new NeurotileError('MODEL', { found, expected });
}
