import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { ModelSpec, Region } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { parseModelSpec } from '../inference/model-spec.ts';
import { compareMasks } from './compare-masks.ts';
import type { AskImporter, Told } from './importer.ts';
import { runStudies } from './run.ts';

export interface ImportOptions extends Told {
  /** A MONAI bundle, an nnU-Net v2 result, either of them zipped, or a model of this project. */
  readonly source: string;
  /** Where the model goes: a folder that is empty or not there. */
  readonly out: string;
  /** A study on which the model has to say what its own framework says. */
  readonly check?: string;
  readonly threads: number;
  /** The Python side; asked for only when it is needed. */
  readonly importer: () => Promise<AskImporter>;
}

export interface Imported {
  readonly spec: ModelSpec;
  /** What is done otherwise here than in the model's own framework. */
  readonly notes: readonly string[];
  /** Dice of our mask with its own framework's, where a study was given; null where both are empty. */
  readonly agreement?: Record<Region, number | null>;
}

/** A wrong axis, channel or scale costs far more; of labels that a network is undecided about, this much was seen. */
const LEAST_AGREEMENT = 0.98;

/**
 * Another framework's model -> a model of this project, in `out` once it is whole and has passed its check.
 * @throws NeurotileError OUT_TAKEN, IMPORT for what cannot be taken, IMPORT_DIFFERS where it says something else than
 * its own framework, MODEL for a model of this project that is damaged
 */
export async function importModel(options: ImportOptions): Promise<Imported> {
  const out = resolve(options.out);
  if ((await readdir(out).catch(() => [])).length > 0)
    throw new NeurotileError('OUT_TAKEN', { file: basename(out), found: 'files of something else' });
  await mkdir(dirname(out), { recursive: true });
  const aside = await mkdtemp(`${out}.`);
  try {
    const imported = (await isOurs(options.source))
      ? await copyModel(options.source, aside)
      : await convert(options, aside);
    await rm(out, { recursive: true, force: true });
    await rename(aside, out);
    return imported;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

const METADATA = join('configs', 'metadata.json');
const NETWORK = join('models', 'model.onnx');

async function isOurs(source: string): Promise<boolean> {
  const text = await readFile(join(source, METADATA), 'utf8').catch(() => '{}');
  return text.includes('"neurotile"');
}

async function copyModel(source: string, aside: string): Promise<Imported> {
  const spec = await readSpec(source);
  const found = createHash('sha256')
    .update(await readFile(join(source, NETWORK)))
    .digest('hex');
  if (found !== spec.digest) throw new NeurotileError('MODEL', { file: NETWORK, found, expected: spec.digest });
  for (const name of [METADATA, NETWORK, 'README.md'])
    await cp(join(source, name), join(aside, name), { force: true }).catch((error) => {
      if (name !== 'README.md') throw error; // A card is good to have, but nothing runs on it.
    });
  return { spec, notes: [] };
}

async function convert(options: ImportOptions, aside: string): Promise<Imported> {
  const { fold, axes, sequences, labels, regions, check } = options;
  const told = { fold, axes, sequences, labels, regions };
  const ask = await options.importer();
  const { notes } = await ask(['convert', resolve(options.source), aside], told);
  const imported = { spec: await readSpec(aside), notes: notes as string[] };
  if (check === undefined) return imported;
  const agreement = await agreementOn(check, aside, options, (study, reference, mask) =>
    ask(['predict', resolve(options.source), study, reference, mask], told),
  );
  const least = Math.min(...Object.values(agreement).map((dice) => dice ?? 1));
  if (least < LEAST_AGREEMENT)
    throw new NeurotileError('IMPORT_DIFFERS', {
      found: Object.entries(agreement)
        .map(([region, dice]) => `${region} Dice ${dice?.toFixed(4) ?? '–'}`)
        .join(', '),
      expected: `at least ${LEAST_AGREEMENT}`,
    });
  return { ...imported, agreement };
}

async function readSpec(folder: string): Promise<ModelSpec> {
  return parseModelSpec(JSON.parse(await readFile(join(folder, METADATA), 'utf8')));
}

/** The study through our pipeline, then its registered images through the model's own framework. */
async function agreementOn(
  study: string,
  model: string,
  { threads }: ImportOptions,
  predict: (study: string, reference: string, mask: string) => Promise<unknown>,
): Promise<Record<Region, number | null>> {
  const scratch = await mkdtemp(join(tmpdir(), 'neurotile-import-'));
  try {
    const [outcome] = await runStudies({ input: study, out: scratch, model, threads });
    if ('error' in outcome)
      throw new NeurotileError('IMPORT', { file: outcome.study.name, found: outcome.error.message });
    const [ours, theirs] = ['mask.nii.gz', 'own-mask.nii.gz'].map((name) => join(outcome.folder, name));
    await predict(join(outcome.folder, 'registered'), ours, theirs);
    return await compareMasks(ours, theirs);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
