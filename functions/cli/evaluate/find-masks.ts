import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Metrics, Result, StudyError } from '../../contract/documents.ts';
import type { LabelTable } from '../../contract/model.ts';
import { NeurotileError } from '../../core/errors.ts';
import { stemOf } from './match-names.ts';

/** What a model, or somebody, says of a study. */
export interface FoundMask {
  study: string;
  /** Absent where the run ended without one: then why. */
  file?: string;
  why?: string;
  labelTable: LabelTable;
  /** What `neurotile run` measured itself. */
  metrics?: Metrics;
  /** Sequences on the mask's grid. */
  images: readonly string[];
  /** 4D, one volume a region in the order TC, WT, ET, 0 to 1, on the mask's grid. */
  probabilities?: string;
}

const PROBABILITIES = /_probabilities\.nii(\.gz)?$/i;

/**
 * Masks below a folder, by name: results of `neurotile run`, or bare files `<study>.nii.gz`, each with or without
 * `<study>_probabilities.nii.gz` beside it.
 * @param labelTable of bare files; results always have BraTS's labels
 * @throws NeurotileError NOTHING_TO_SCORE where there is none
 */
export async function findMasks(folder: string, labelTable: LabelTable): Promise<FoundMask[]> {
  const root = resolve(folder);
  const found = await search(root, root, labelTable);
  if (found.length === 0) throw new NeurotileError('NOTHING_TO_SCORE', { file: folder, found: 'no mask' });
  return found.sort((a, b) => (a.study < b.study ? -1 : 1));
}

async function search(folder: string, root: string, labelTable: LabelTable): Promise<FoundMask[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw new NeurotileError('NOTHING_TO_SCORE', { file: folder, found: 'no folder that can be read' }, cause);
  });
  const names = entries.filter((e) => !e.isDirectory() && !e.name.startsWith('.')).map((e) => e.name);
  const path = relative(root, folder).split(/[\\/]/).filter(Boolean);
  if (names.includes('result.json')) return [await resultIn(folder)];
  if (names.includes('error.json')) return [await errorIn(folder)];
  const images = names.filter((name) => /\.nii(\.gz)?$/i.test(name));
  if (images.length > 0) return bareIn(folder, path, images, labelTable);
  const below = entries.filter((e) => e.isDirectory() && !e.name.startsWith('.')).map((e) => join(folder, e.name));
  return (await Promise.all(below.map((path) => search(path, root, labelTable)))).flat();
}

async function resultIn(folder: string): Promise<FoundMask> {
  const { study, artefacts } = await readJson<Result>(folder, 'result.json');
  const images = Object.keys(artefacts).filter((name) => /^registered\/.*\.nii\.gz$/.test(name));
  return {
    study,
    file: join(folder, 'mask.nii.gz'),
    labelTable: 'brats',
    metrics: await readJson<Metrics>(folder, 'metrics.json'),
    images: images.map((name) => join(folder, ...name.split('/'))),
  };
}

async function errorIn(folder: string): Promise<FoundMask> {
  const { study, kind, code } = await readJson<StudyError>(folder, 'error.json');
  return { study, why: `${kind}: ${code}`, labelTable: 'brats', images: [] };
}

function bareIn(folder: string, path: string[], images: readonly string[], labelTable: LabelTable): FoundMask[] {
  const masks = images.filter((name) => !PROBABILITIES.test(name));
  return masks.map((name) => {
    const beside = images.find(
      (other) => PROBABILITIES.test(other) && other.replace(PROBABILITIES, '') === stemOf(name),
    );
    const probabilities = beside && join(folder, beside);
    return {
      study: [...path, stemOf(name)].join('/'),
      file: join(folder, name),
      labelTable,
      images: [],
      probabilities,
    };
  });
}

async function readJson<T>(folder: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
}
