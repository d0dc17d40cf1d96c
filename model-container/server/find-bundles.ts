import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The bundles that a folder holds: itself, as SageMaker unpacks model.tar.gz, or those of its subfolders that are one.
 * @throws Error where there is none.
 */
export async function findBundles(root: string): Promise<string[]> {
  if (isBundle(root)) return [root];
  const names = existsSync(root) ? await readdir(root) : [];
  const bundles = names
    .sort()
    .map((name) => join(root, name))
    .filter(isBundle);
  if (bundles.length === 0) throw new Error('no configs/metadata.json in the models folder, nor in a subfolder of it');
  return bundles;
}

function isBundle(folder: string): boolean {
  return existsSync(join(folder, 'configs/metadata.json'));
}
