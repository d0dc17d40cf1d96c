import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyFile } from '../contract/documents.ts';
import { incomingPrefix } from '../contract/keys.ts';
import { LIMITS } from '../contract/stages.ts';
import { NeurotileError } from '../core/errors.ts';
import { checkName } from '../core/study/check-name.ts';
import { toJson } from '../pipeline/json.ts';
import type { Codec, ObjectStore } from '../pipeline/ports.ts';
import { STUDY_FILE } from '../pipeline/study-files.ts';
import type { FoundStudy } from './find-studies.ts';

/** A file on this machine, and what is in it. */
export interface LocalFile {
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** Where a study's files go. */
export interface UploadTarget {
  /** Whether these very bytes lie there already. */
  holds(key: string, file: LocalFile): Promise<boolean>;
  send(key: string, file: LocalFile, onSent: (bytes: number) => void): Promise<void>;
  /** `study.json`: the study is complete when that is there. */
  finish(key: string, bytes: Uint8Array): Promise<void>;
}

export interface UploadWatcher {
  /** Before anything is sent: bytes of all files. */
  onTotal(bytes: number): void;
  /** Bytes that lie there now, or lay there before. */
  onSent(bytes: number): void;
}

/**
 * Puts a study's files where they belong and `study.json` last: what its uploader wrote, and every file's size and
 * sha256. Files that lie there already are not sent again.
 * @param sha256Of of a file's content, hex
 * @returns how many were sent, of how many
 * @throws NeurotileError NAME, STUDY_JSON, TOO_LARGE
 */
export async function uploadTo(
  study: FoundStudy,
  target: UploadTarget,
  sha256Of: (path: string) => Promise<string>,
  { onTotal, onSent }: UploadWatcher = { onTotal() {}, onSent() {} },
): Promise<{ sent: number; files: number }> {
  const prefix = incomingPrefix(checkName(study.name));
  const names = study.files.filter((name) => name !== STUDY_FILE);
  const sizes = await Promise.all(names.map((name) => sizeOf(name, study)));
  const ownWords = await said(study);
  onTotal(sizes.reduce((sum, bytes) => sum + bytes, 0));
  let sent = 0;
  const files = await Promise.all(
    names.map(async (name, n) => {
      const path = join(study.folder, name);
      const file = { path, bytes: sizes[n], sha256: await sha256Of(path) };
      if (await target.holds(prefix + name, file)) onSent(file.bytes);
      else {
        await target.send(prefix + name, file, onSent);
        sent++;
      }
      return { name, bytes: file.bytes, sha256: file.sha256 };
    }),
  );
  await target.finish(prefix + STUDY_FILE, toJson({ ...ownWords, files } satisfies StudyFile));
  return { sent, files: files.length };
}

/** The same into a store of this machine. */
export async function upload(study: FoundStudy, studies: ObjectStore, codec: Pick<Codec, 'sha256'>): Promise<void> {
  await uploadTo(study, createStoreTarget(studies), async (path) => codec.sha256(await readFile(path)));
}

function createStoreTarget(studies: ObjectStore): UploadTarget {
  const lies = async (key: string, bytes: Uint8Array) => {
    const there = (await studies.head(key))?.bytes === bytes.length ? await studies.get(key) : undefined;
    return there !== undefined && Buffer.compare(there.bytes, bytes) === 0;
  };
  return {
    holds: async (key, { path }) => lies(key, await readFile(path)),
    async send(key, { path, bytes }, onSent) {
      await studies.put(key, await readFile(path));
      onSent(bytes);
    },
    async finish(key, bytes) {
      if (!(await lies(key, bytes))) await studies.put(key, bytes);
    },
  };
}

/** What no stage could carry is not sent at all. */
async function sizeOf(name: string, { folder }: FoundStudy): Promise<number> {
  const { size } = await stat(join(folder, checkName(name)));
  if (size <= LIMITS.fileBytes) return size;
  throw new NeurotileError('TOO_LARGE', {
    file: name,
    found: `${size} bytes`,
    expected: `at most ${LIMITS.fileBytes} bytes`,
  });
}

/** What the uploader's own study.json says; it is checked where it is read, by `ingest`. */
async function said({ folder, files }: FoundStudy): Promise<object> {
  if (!files.includes(STUDY_FILE)) return {};
  const text = await readFile(join(folder, STUDY_FILE), 'utf8');
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new NeurotileError('STUDY_JSON', { file: STUDY_FILE, found: 'text that is not JSON' }, cause);
  }
}
