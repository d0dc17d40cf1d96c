import type { Result } from '../contract/documents.ts';
import { artefactKey } from '../contract/keys.ts';
import type { ObjectStore, Ports } from './ports.ts';

/** A conditional put met a conflict (S3's 409): the message has to come again. */
export class PutConflict extends Error {}

/**
 * Puts one artefact of a run, once, and tells what lies there: another writer's bytes, if it was first.
 * @throws PutConflict
 */
export async function putArtefact(
  study: string,
  run: string,
  name: string,
  bytes: Uint8Array,
  { studies, codec }: Pick<Ports, 'studies' | 'codec'>,
): Promise<Result['artefacts'][string]> {
  const key = artefactKey(study, run, name);
  const { outcome } = await studies.put(key, bytes, { ifAbsent: true });
  if (outcome === 'conflict') throw new PutConflict(name);
  const stored = outcome === 'stored' ? bytes : await storedBytes(key, studies);
  return { key, sha256: await codec.sha256(stored), bytes: stored.length };
}

async function storedBytes(key: string, studies: ObjectStore): Promise<Uint8Array> {
  const object = await studies.get(key);
  if (!object) throw new PutConflict(key);
  return object.bytes;
}
