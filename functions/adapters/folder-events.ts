import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventBus } from '../pipeline/ports.ts';

/** An event bus for one machine: each event a file by its id, so one sent twice is one. */
export function createFolderEvents(folder: string): EventBus {
  return {
    async publish(event) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${event.id}.json`), `${JSON.stringify(event, null, 2)}\n`);
    },
  };
}

/** HMAC-SHA256 of a study's name under a key that this folder keeps, made at first use. */
export function createStudyHasher(folder: string): (study: string) => Promise<string> {
  let key: Promise<Buffer> | undefined;
  return async (study) => {
    key ??= keyIn(folder);
    return createHmac('sha256', await key)
      .update(study)
      .digest('hex')
      .slice(0, 32);
  };
}

async function keyIn(folder: string): Promise<Buffer> {
  const file = join(folder, 'identity.key');
  const aside = `${file}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  await writeFile(aside, randomBytes(32), { mode: 0o600 });
  // The first to link wins, and everybody reads what it wrote.
  await link(aside, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(aside);
  return readFile(file);
}
