import { NeurotileError } from '../errors.ts';
import { checkName } from './check-name.ts';
import { SEQUENCE_NAMES, type SequenceName } from './sequence-names.ts';

/** What `study.json` says, checked; the contract's `StudyFile`, which core cannot see. */
export interface ParsedStudyFile {
  sequences?: Partial<Record<SequenceName, string>>;
  fourD?: { file: string; order?: SequenceName[] };
  reference?: string;
  labelTable?: 'brats' | 'msd';
  referenceSequence?: SequenceName;
  files?: { name: string; bytes: number; sha256: string }[];
}

/**
 * Reads `study.json`. Strict: what is not known is refused, so that a slip of the pen is seen and not passed over.
 *
 * @throws NeurotileError STUDY_JSON, naming the field; NAME for a file name that cannot be used
 */
export function parseStudyFile(text: string): ParsedStudyFile {
  const fields = objectAt('the file', parseJson(text), Object.keys(FIELDS));
  for (const [key, value] of Object.entries(fields)) FIELDS[key as keyof typeof FIELDS](key, value);
  const file = fields as ParsedStudyFile;
  if (file.sequences && file.fourD) throw wrong('both sequences and fourD', 'one of them');
  checkDistinct('sequences', Object.values(file.sequences ?? {}));
  checkDistinct('files', file.files?.map(({ name }) => name) ?? []);
  return file;
}

/** One check a field; each throws where the value is not what the field holds. */
const FIELDS = {
  sequences: (key: string, value: unknown) => {
    for (const [name, file] of Object.entries(objectAt(key, value, SEQUENCE_NAMES))) fileNameAt(`${key}.${name}`, file);
  },
  fourD: (key: string, value: unknown) => {
    const { file, order } = objectAt(key, value, ['file', 'order']);
    fileNameAt(`${key}.file`, file);
    if (order === undefined) return;
    const names = arrayAt(`${key}.order`, order);
    names.forEach((name, n) => {
      oneOfAt(`${key}.order[${n}]`, name, SEQUENCE_NAMES);
    });
    if (names.length === 0) throw wrong(`${key}.order = []`, 'the sequence of each volume');
    checkDistinct(`${key}.order`, names);
  },
  reference: fileNameAt,
  labelTable: (key: string, value: unknown) => oneOfAt(key, value, ['brats', 'msd']),
  referenceSequence: (key: string, value: unknown) => oneOfAt(key, value, SEQUENCE_NAMES),
  files: (key: string, value: unknown) => {
    for (const [n, entry] of arrayAt(key, value).entries()) listedFileAt(`${key}[${n}]`, entry);
  },
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new NeurotileError('STUDY_JSON', { found: (cause as Error).message, expected: 'JSON' }, cause);
  }
}

function listedFileAt(key: string, value: unknown): void {
  const { name, bytes, sha256 } = objectAt(key, value, ['name', 'bytes', 'sha256']);
  fileNameAt(`${key}.name`, name);
  if (!Number.isSafeInteger(bytes) || (bytes as number) < 0) throw wrong(says(`${key}.bytes`, bytes), 'a whole number');
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
    throw wrong(says(`${key}.sha256`, sha256), '64 hexadecimal digits, lower case');
}

function objectAt(key: string, value: unknown, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(says(key, value), 'an object');
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(`"${unknown}" in ${key}`, known.join(', '));
  return value as Record<string, unknown>;
}

function arrayAt(key: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw wrong(says(key, value), 'a list');
  return value;
}

function fileNameAt(key: string, value: unknown): void {
  if (typeof value !== 'string') throw wrong(says(key, value), 'a file name');
  checkName(value);
}

function oneOfAt(key: string, value: unknown, known: readonly string[]): void {
  if (!known.includes(value as string)) throw wrong(says(key, value), known.join(', '));
}

function checkDistinct(key: string, values: readonly unknown[]): void {
  const twice = values.find((value, n) => values.indexOf(value) !== n);
  if (twice !== undefined) throw wrong(`${JSON.stringify(twice)} twice in ${key}`, 'each once');
}

function says(key: string, value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return `${key} = ${json.length > 60 ? `${json.slice(0, 60)}…` : json}`;
}

function wrong(found: string, expected: string): NeurotileError {
  return new NeurotileError('STUDY_JSON', { found, expected });
}
