import type { OpenWork } from '../contract/documents.ts';
import { openKey } from '../contract/keys.ts';
import { putJsonOnce, toJson } from './json.ts';
import type { Codec, ObjectInfo, Ports, PutOutcome } from './ports.ts';

/**
 * Markers of what the world has not been told of yet: written before the work they stand for, taken away by `announce`.
 * What is lost between the two, the watchdog finds by them.
 */

/** Marks a run as under way, if it is not; whoever sends an ended run on its way again does so first. */
export function openRun(study: string, run: string, { work }: Pick<Ports, 'work'>): Promise<PutOutcome['outcome']> {
  const open: OpenWork = { v: 1, study, run };
  return putJsonOnce(work, openKey(run), open);
}

/** Marks an error that is about to be written at a key; a run's own marker stays beside it. */
export async function openError(key: string, open: OpenWork, { work, codec }: Pick<Ports, 'work' | 'codec'>) {
  await work.put(openKey(await errorIdOf(key, codec)), toJson(open));
}

/** The marker of an error: 32 hex digits made of its key. */
export async function errorIdOf(key: string, codec: Codec): Promise<string> {
  return (await codec.sha256(new TextEncoder().encode(key))).slice(0, 32);
}

/** Takes a run's marker away. */
export const closeRun = (run: string, { work }: Pick<Ports, 'work'>) => work.remove(openKey(run));

/** Takes an error's marker away. */
export async function closeError(key: string, { work, codec }: Pick<Ports, 'work' | 'codec'>): Promise<void> {
  await work.remove(openKey(await errorIdOf(key, codec)));
}

/** Whether an error is the end of what a marker stands for: a run that was opened after it is under way again. */
export const isEndOf = (error: ObjectInfo, marker: ObjectInfo) => error.storedMs >= marker.storedMs;
