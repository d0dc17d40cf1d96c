import type { Manifest, StudyError } from '../contract/documents.ts';
import { manifestKey, resultKey, studyOfResult } from '../contract/keys.ts';
import type { Message } from '../contract/messages.ts';
import { NeurotileError } from '../core/errors.ts';
import { errorKeyOf } from './error-key.ts';
import { getJson, toJson } from './json.ts';
import { openError } from './open-work.ts';
import type { Ports } from './ports.ts';

/** Writes the error of the study that a message is about; nothing where it is about none that we know. */
export async function fail(message: Message, error: NeurotileError, ports: Ports): Promise<void> {
  const failed = await studyOf(message, ports);
  if (failed) await failStudy(failed, error, ports);
}

/** A message that was received too often: the study has failed, and nothing ends in silence. */
export function failDeadLetter(message: Message, ports: Ports): Promise<void> {
  return fail(
    message,
    new NeurotileError('INTERNAL', { found: `the stage ${message.stage} ended without a word` }),
    ports,
  );
}

/**
 * Writes a study's `error.json`: what was wrong, by code, for the eyes of the uploader alone. A run that has a result
 * is done, whatever a late copy of one of its messages met.
 */
export async function failStudy(
  { study, run }: { study: string; run?: string },
  { kind, code, message }: NeurotileError,
  ports: Ports,
): Promise<void> {
  if (run !== undefined && (await ports.studies.head(resultKey(study, run)))) return;
  const key = await errorKeyOf(study, ports.codec);
  const document: StudyError = { v: 1, study, kind, code, message, run };
  await openError(key, { v: 1, study, run }, ports);
  await ports.studies.put(key, toJson(document));
}

/** Whom a message is about; undefined for a run that nobody has begun, such as a foreign message's. */
export async function studyOf(message: Message, ports: Ports): Promise<{ study: string; run?: string } | undefined> {
  if (message.stage === 'ingest') return { study: message.study };
  if (message.stage === 'announce') return studyOfResult(message.key);
  const manifest = await getJson<Manifest>(ports.work, manifestKey(message.run));
  return manifest && { study: manifest.study, run: manifest.run };
}
