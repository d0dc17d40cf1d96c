import { LABEL_TABLES, type LabelTable, REGIONS, type Region, SEQUENCES, type Sequence } from '../../contract/model.ts';
import type { Dataset, DatasetItem } from '../../contract/training.ts';
import { NeurotileError } from '../../core/errors.ts';
import { checkName } from '../../core/study/check-name.ts';

/** What SageMaker takes at most of a hyperparameter. */
const MOST_PARAMETERS = 100;
const MOST_LETTERS = 256;

/**
 * Reads a dataset.json in Medical Decathlon's form (`modality` or nnU-Net's `channel_names`, `training`, `validation`),
 * with what we add to it: `labelTable`, `hyperparameters`, `from`. Fields of others are passed over.
 *
 * @param checkFile what files may be called; on a machine of one's own they may lie outside of the dataset's folder
 * @throws NeurotileError DATASET naming the field; NAME for a file name that cannot be used
 */
export function parseDataset(text: string, checkFile: (name: string) => string = checkName): Dataset {
  const about = objectAt('the file', parsed(text));
  const training = itemsAt('training', about.training, checkFile);
  if (training.length === 0) throw wrong('no training items', 'at least one');
  const { labelTable, from } = about;
  if (labelTable !== undefined && !(String(labelTable) in LABEL_TABLES))
    throw wrong(says('labelTable', labelTable), Object.keys(LABEL_TABLES).join(' or '));
  if (from !== undefined && !/^(current|[0-9a-f]{64})$/.test(String(from)))
    throw wrong(says('from', from), '"current" or the whole digest of a model');
  const validation = about.validation === undefined ? [] : itemsAt('validation', about.validation, checkFile);
  checkDistinct([...training, ...validation]);
  return {
    order: orderOf(about.modality ?? about.channel_names),
    labelTable: labelTable as LabelTable | undefined,
    training,
    validation,
    hyperparameters: parametersAt(about.hyperparameters),
    from: from as string | undefined,
  };
}

/** Every file that a dataset names, relative to its folder. */
export const filesOf = ({ training, validation }: Dataset): string[] =>
  [...training, ...validation].flatMap(({ image, label }) => [...[image].flat(), label]).filter((f) => f !== null);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new NeurotileError('DATASET', { found: (cause as Error).message, expected: 'JSON' }, cause);
  }
}

/** Names of sequences as data sets spell them, without what is neither letter nor digit. */
const SYNONYMS: Readonly<Record<string, Sequence>> = {
  ...{ t1: 'T1', t1w: 'T1', t1n: 'T1' },
  ...{ t1ce: 'T1ce', t1gd: 'T1ce', t1c: 'T1ce', t1wce: 'T1ce' },
  ...{ t2: 'T2', t2w: 'T2', flair: 'FLAIR', t2f: 'FLAIR', t2flair: 'FLAIR' },
};

/** {"0": "FLAIR", "1": "T1w", …} -> the sequence of each file or volume, in their order. */
function orderOf(modality: unknown): Sequence[] {
  const named = Object.entries(objectAt('modality', modality)).sort(([a], [b]) => Number(a) - Number(b));
  const order = named.map(
    ([, name]) =>
      SYNONYMS[
        String(name)
          .toLowerCase()
          .replace(/[^a-z0-9]/g, '')
      ],
  );
  if (order.length !== SEQUENCES.length || !SEQUENCES.every((s) => order.includes(s)))
    throw wrong(says('modality', modality), `${SEQUENCES.join(', ')}, each once, in any order`);
  return order;
}

function itemsAt(section: string, value: unknown, checkFile: (name: string) => string): DatasetItem[] {
  if (!Array.isArray(value)) throw wrong(says(section, value), 'a list');
  return value.map((item, n) => itemAt(`${section}[${n}]`, item, checkFile));
}

function itemAt(at: string, value: unknown, checkFile: (name: string) => string): DatasetItem {
  const fileAt = (key: string, file: unknown) => checkFile(niftiAt(key, file));
  const { name, image, label, regions } = objectAt(at, value);
  const isFour = Array.isArray(image) && image.length === SEQUENCES.length && image.some((f) => f !== null);
  if (typeof image !== 'string' && !isFour)
    throw wrong(says(`${at}.image`, image), 'a 4D file, or four files with null for what is missing');
  const labelFile = fileAt(`${at}.label`, label);
  if (name !== undefined && typeof name !== 'string') throw wrong(says(`${at}.name`, name), 'a name');
  return {
    name: checkName(name ?? labelFile.replace(/^.*\//, '').replace(/\..*$/, '')),
    image: isFour ? image.map((f, n) => (f === null ? null : fileAt(`${at}.image[${n}]`, f))) : fileAt(at, image),
    label: labelFile,
    regions: regions === undefined ? undefined : regionsAt(`${at}.regions`, regions),
  };
}

/** Decathlon's own begin with "./". */
function niftiAt(at: string, value: unknown): string {
  if (typeof value !== 'string' || !/\.nii(\.gz)?$/i.test(value)) throw wrong(says(at, value), 'a NIfTI file');
  return value.replace(/^(\.\/)+/, '');
}

function regionsAt(at: string, value: unknown): Region[] {
  const isGood = Array.isArray(value) && value.length > 0 && value.every((r) => REGIONS.includes(r));
  if (!isGood) throw wrong(says(at, value), `some of ${REGIONS.join(', ')}`);
  return value;
}

function parametersAt(value: unknown = {}): Record<string, string> {
  const entries = Object.entries(objectAt('hyperparameters', value));
  const isGood = (v: unknown) =>
    typeof v === 'number' || typeof v === 'boolean' || (typeof v === 'string' && v.length <= MOST_LETTERS);
  const bad = entries.find(([name, v]) => name.length > MOST_LETTERS || !isGood(v));
  if (bad) throw wrong(says(`hyperparameters.${bad[0]}`, bad[1]), 'a number, or a short text');
  if (entries.length > MOST_PARAMETERS) throw wrong(`${entries.length} hyperparameters`, `at most ${MOST_PARAMETERS}`);
  return Object.fromEntries(entries.map(([name, v]) => [name, String(v)]));
}

function checkDistinct(items: readonly DatasetItem[]): void {
  const names = items.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) throw wrong(`two items called "${twice}"`, 'names that differ');
}

function objectAt(key: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(says(key, value), 'an object');
  return value as Record<string, unknown>;
}

function says(key: string, value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return `${key} = ${json.length > 80 ? `${json.slice(0, 80)}…` : json}`;
}

const wrong = (found: string, expected: string) => new NeurotileError('DATASET', { found, expected });
