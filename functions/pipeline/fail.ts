import type { Manifest, StudyError } from '../contract/documents.ts';
import { errorKey, manifestKey, studyOfResult } from '../contract/keys.ts';
import type { Message } from '../contract/messages.ts';
import { NeurotileError } from '../core/errors.ts';
import { getJson, toJson } from './json.ts';
import type { Ports } from './ports.ts';

/** Writes a study's `error.json`: what was wrong, by code, for the eyes of the uploader alone. */
export async function fail(message: Message, error: NeurotileError, ports: Ports): Promise<void> {
  const where = await studyOf(message, ports);
  if (where === undefined) return;
  const document: StudyError = {
    v: 1,
    study: where.study,
    kind: error.kind,
    code: error.code,
    message: error.message,
    run: where.run,
  };
  await ports.studies.put(errorKey(where.study), toJson(document));
}

/** A message that was received too often: the study has failed, and nothing ends in silence. */
export function failDeadLetter(message: Message, ports: Ports): Promise<void> {
  return fail(
    message,
    new NeurotileError('INTERNAL', { found: `the stage ${message.stage} ended without a word` }),
    ports,
  );
}

async function studyOf(message: Message, ports: Ports): Promise<{ study: string; run?: string } | undefined> {
  if (message.stage === 'ingest') return { study: message.study };
  if (message.stage === 'announce') return studyOfResult(message.key);
  const manifest = await getJson<Manifest>(ports.work, manifestKey(message.run));
  return manifest && { study: manifest.study, run: manifest.run };
}
