import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NeurotileError } from '../core/errors.ts';
import type { ObjectInfo, ObjectStore, PutOutcome } from '../pipeline/ports.ts';

/**
 * A folder as a versioned object store. Every key is a folder, every version a file in it:
 *
 *   objects/results/s1/mask.nii.gz/=1
 *   objects/results/s1/mask.nii.gz/=2
 *   objects/results/s1/mask.nii.gz/=3/     a folder: removed, until there is a fourth
 *
 * An object is written aside and then linked to its name. A hard link, or a folder, appears whole or not at all and
 * fails where there is one already, which makes `ifAbsent` atomic between processes too.
 * @throws NeurotileError NAME for keys that would leave the folder.
 */
export function createFolderStore(root: string): ObjectStore {
  const objects = join(root, 'objects');
  const aside = join(root, 'aside');
  const folderOf = (key: string) => join(objects, ...checkedParts(key));

  const latest = async (folder: string) =>
    latestOf(await readdir(folder, { withFileTypes: true }).catch(ifMissing([] as Dirent[])));

  return {
    async get(key, version) {
      const folder = folderOf(key);
      const number = version === undefined ? (await latest(folder)).stored : versionOf(`=${version}`);
      if (number === 0) return undefined;
      const bytes = await readFile(join(folder, `=${number}`)).catch(ifMissing(undefined));
      return bytes && { bytes, version: String(number) };
    },

    async head(key) {
      const folder = folderOf(key);
      const { stored } = await latest(folder);
      return stored === 0 ? undefined : describe(folder, key, stored);
    },

    async put(key, bytes, { ifAbsent = false } = {}): Promise<PutOutcome> {
      const folder = folderOf(key);
      const file = join(aside, randomUUID());
      await Promise.all([mkdir(folder, { recursive: true }), mkdir(aside, { recursive: true })]);
      if (ifAbsent && (await latest(folder)).stored > 0) return { outcome: 'exists' };
      await writeFile(file, bytes);
      try {
        // Whoever was quicker took the number; then it is the next one's turn.
        for (;;) {
          const { last, stored } = await latest(folder);
          if (ifAbsent && stored > 0) return { outcome: 'exists' };
          const made = await isFirst(link(file, join(folder, `=${last + 1}`)));
          if (made) return { outcome: 'stored', version: String(last + 1) };
        }
      } finally {
        await rm(file, { force: true });
      }
    },

    async remove(key) {
      const folder = folderOf(key);
      for (;;) {
        const { last, stored } = await latest(folder);
        if (stored === 0 || (await isFirst(mkdir(join(folder, `=${last + 1}`))))) return;
      }
    },

    async list(prefix) {
      // Only the folder that the prefix ends in need be walked: "a/b/c" looks at "a/b".
      const start = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
      const found: ObjectInfo[] = [];
      await walk(start === '' ? objects : folderOf(start), start, found);
      return found.filter((o) => o.key.startsWith(prefix)).sort((a, b) => compareUtf8(a.key, b.key));
    },
  };
}

async function walk(folder: string, key: string, found: ObjectInfo[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ifMissing([]));
  const { stored } = latestOf(entries);
  if (stored > 0) found.push(await describe(folder, key, stored));
  for (const entry of entries)
    if (entry.isDirectory() && versionOf(entry.name) === 0)
      await walk(join(folder, entry.name), key ? `${key}/${entry.name}` : entry.name, found);
}

/** The number given last, and the version that it stands for: 0 where that was a removal, or nothing yet. */
function latestOf(entries: readonly Dirent[]): { last: number; stored: number } {
  const last = Math.max(0, ...entries.map((e) => versionOf(e.name)));
  const isStored = entries.some((e) => e.name === `=${last}` && e.isFile());
  return { last, stored: isStored ? last : 0 };
}

async function describe(folder: string, key: string, version: number): Promise<ObjectInfo> {
  const { size, mtimeMs } = await stat(join(folder, `=${version}`));
  return { key, version: String(version), bytes: size, storedMs: mtimeMs };
}

function checkedParts(key: string): string[] {
  const parts = key.split('/');
  const isBad = (part: string) =>
    ['', '.', '..'].includes(part) ||
    /\p{Cc}/u.test(part) ||
    versionOf(part) > 0 ||
    Buffer.byteLength(part) > MOST_PART_BYTES;
  const bad = parts.find(isBad);
  if (bad !== undefined) throw new NeurotileError('NAME', { file: key, found: `the part ${JSON.stringify(bad)}` });
  return parts;
}

/** What file systems take as one name. */
const MOST_PART_BYTES = 255;

const versionOf = (name: string) => (/^=[1-9]\d*$/.test(name) ? Number(name.slice(1)) : 0);

/** Whether something was made, or was there already. */
async function isFirst(making: Promise<unknown>): Promise<boolean> {
  try {
    await making;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(error.code ?? '')) return value;
    throw error;
  };
}

const compareUtf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
