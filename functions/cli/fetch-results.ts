import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Result, StudyError } from '../contract/documents.ts';
import { artefactKey } from '../contract/keys.ts';
import { NeurotileError } from '../core/errors.ts';
import { checkName } from '../core/study/check-name.ts';
import { fromJson, toJson } from '../pipeline/json.ts';
import type { Codec, ObjectStore } from '../pipeline/ports.ts';

const RESULT = 'result.json';
const ERROR = 'error.json';
const RECEIPT = 'receipt.json';

/**
 * Copies a run's artefacts into a folder, `result.json` last: while that is missing, the folder is not finished.
 * What an earlier run left there goes first.
 * @param codec where given, content is held against what the result says of it: others may write to a bucket
 * @throws NeurotileError NAME for an artefact that would leave the folder, INTERNAL for one that is not what it was
 */
export async function fetchResults(
  key: string,
  studies: ObjectStore,
  folder: string,
  codec?: Pick<Codec, 'sha256'>,
): Promise<Result> {
  const result = fromJson<Result>((await studies.get(key))!.bytes);
  for (const name of Object.keys(result.artefacts)) checkName(name);
  if ((await resultIn(folder))?.run !== result.run) await clear(folder);
  await rm(join(folder, RESULT), { force: true });
  for (const [name, { key: from, sha256 }] of Object.entries(result.artefacts)) {
    const bytes = await copy(from, name, studies, folder);
    const found = codec && (bytes ? await codec.sha256(bytes) : 'nothing');
    if (codec && found !== sha256) throw new NeurotileError('INTERNAL', { file: name, found, expected: sha256 });
  }
  await copy(artefactKey(result.study, result.run, RECEIPT), RECEIPT, studies, folder);
  await copy(key, RESULT, studies, folder);
  return result;
}

/** Leaves a study's error in a folder, and nothing of an earlier run beside it. */
export async function writeError(error: StudyError, folder: string): Promise<void> {
  await clear(folder);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, ERROR), toJson(error));
}

async function copy(key: string, name: string, studies: ObjectStore, folder: string): Promise<Uint8Array | undefined> {
  const object = await studies.get(key);
  if (!object) return undefined;
  const file = join(folder, ...name.split('/'));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, object.bytes);
  return object.bytes;
}

async function clear(folder: string): Promise<void> {
  const names = Object.keys((await resultIn(folder))?.artefacts ?? {});
  for (const name of [RESULT, ERROR, RECEIPT, ...names]) await rm(join(folder, ...name.split('/')), { force: true });
}

async function resultIn(folder: string): Promise<Result | undefined> {
  const bytes = await readFile(join(folder, RESULT)).catch(() => undefined);
  return bytes && fromJson<Result>(bytes);
}
