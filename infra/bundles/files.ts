import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a folder holds: paths inside it, with forward slashes, and their bytes. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Some files of another folder, under a new one. */
export function filesFrom(source: string, names: readonly string[], target: string): Files {
  return new Map(names.map((name) => [`${target}/${name}`, readFileSync(join(source, name))]));
}

/**
 * Makes a folder hold these files and no others, readable by all, as Lambda asks. A folder that is right already is left
 * alone, so that who builds the same beside us finds it whole.
 */
export function writeFolder(folder: string, files: Files): void {
  if (holds(folder, files)) return;
  const aside = `${folder}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(aside, name)), { recursive: true });
    writeFileSync(join(aside, name), bytes);
    chmodSync(join(aside, name), 0o644);
  }
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(aside, folder);
  } catch (error) {
    // Somebody else was quicker; what is there has to be the same.
    rmSync(aside, { recursive: true, force: true });
    if (!holds(folder, files)) throw error;
  }
}

function holds(folder: string, files: Files): boolean {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => !e.isDirectory());
    if (entries.length !== files.size) return false;
    return [...files].every(([name, bytes]) => Buffer.compare(readFileSync(join(folder, name)), bytes) === 0);
  } catch {
    return false;
  }
}
