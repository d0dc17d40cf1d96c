import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyFile } from '../contract/documents.ts';
import { incomingPrefix } from '../contract/keys.ts';
import { NeurotileError } from '../core/errors.ts';
import { checkName } from '../core/study/check-name.ts';
import { toJson } from '../pipeline/json.ts';
import type { Codec, ObjectStore } from '../pipeline/ports.ts';
import { STUDY_FILE } from '../pipeline/study-files.ts';
import type { FoundStudy } from './find-studies.ts';

/**
 * Puts a study's files into the studies bucket and `study.json` last, so that the study is complete when that is
 * there: what its uploader wrote, and every file's size and sha256. Files that lie there already are not sent again.
 * @throws NeurotileError NAME, STUDY_JSON
 */
export async function upload(study: FoundStudy, studies: ObjectStore, codec: Codec): Promise<void> {
  const prefix = incomingPrefix(checkName(study.name));
  const files: StudyFile['files'] = await Promise.all(
    study.files
      .filter((name) => name !== STUDY_FILE)
      .map(async (name) => {
        const bytes = await readFile(join(study.folder, checkName(name)));
        await putIfOther(prefix + name, bytes, studies);
        return { name, bytes: bytes.length, sha256: await codec.sha256(bytes) };
      }),
  );
  await putIfOther(prefix + STUDY_FILE, toJson({ ...(await said(study)), files }), studies);
}

async function putIfOther(key: string, bytes: Uint8Array, studies: ObjectStore): Promise<void> {
  const there = (await studies.head(key))?.bytes === bytes.length ? await studies.get(key) : undefined;
  if (there && Buffer.compare(there.bytes, bytes) === 0) return;
  await studies.put(key, bytes);
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
