import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { NeurotileError } from '../core/errors.ts';

export interface FoundStudy {
  /** The folder's name, or its path below the folder of studies; may name a patient. */
  name: string;
  folder: string;
  /** Images and study.json, by name inside the folder. */
  files: string[];
}

const BELONGS = /\.nii(\.gz)?$|^study\.json$/i;

/**
 * A study is the folder that holds its files. Given such a folder, that study; given a folder of folders, every study
 * below it (of BIDS, each `sub-*` / `ses-*` / `anat`), by name.
 * @throws NeurotileError STUDY_EMPTY where there is none.
 */
export async function findStudies(folder: string): Promise<FoundStudy[]> {
  const root = resolve(folder);
  const found = await search(root, root);
  if (found.length === 0) throw new NeurotileError('STUDY_EMPTY', { file: folder, found: 'no .nii or .nii.gz' });
  return found;
}

async function search(folder: string, root: string): Promise<FoundStudy[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw new NeurotileError('STUDY_EMPTY', { file: folder, found: 'no folder that can be read' }, cause);
  });
  const files = entries
    .filter((e) => !e.isDirectory() && BELONGS.test(e.name))
    .map((e) => e.name)
    .sort();
  const name = folder === root ? basename(root) : relative(root, folder).split(/[\\/]/).join('/');
  if (files.length > 0) return [{ name, folder, files }];
  const below = entries
    .filter((e) => e.isDirectory() && !e.name.startsWith('.'))
    .map((e) => e.name)
    .sort();
  return (await Promise.all(below.map((d) => search(join(folder, d), root)))).flat();
}
