import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository: the nearest folder above that holds cdk.json, wherever this file was bundled to. */
export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

/** A path in the repository, made absolute. */
export const inRoot = (path: string) => join(ROOT, path);

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'cdk.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('no cdk.json above this file; expected it at the root of the repository');
  return findRoot(parent);
}
