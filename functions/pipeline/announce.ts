import type { Result, StudyError } from '../contract/documents.ts';
import { openKey, resultKey, studyOfResult } from '../contract/keys.ts';
import type { MessageOf } from '../contract/messages.ts';
import { LIMITS } from '../contract/stages.ts';
import { errorKeyOf, isName } from './error-key.ts';
import { isOurs } from './is-ours.ts';
import { closeError, closeRun, isEndOf } from './open-work.ts';
import { parseResult, parseStudyError } from './parse-ending.ts';
import { DONE, type ObjectInfo, type Ports, type StudyEvent, type Verdict } from './ports.ts';

/**
 * Turns result.json or error.json into one event that other services can act on; sent twice, it has one id. What a
 * stranger put there is not announced. Then nothing is left to be told, and the markers go.
 */
export async function announce({ key }: MessageOf<'announce'>, ports: Ports): Promise<Verdict> {
  const named = studyOfResult(key);
  const object = named && isName(named.study) ? await ports.studies.head(key) : undefined;
  const bytes = object && object.bytes <= LIMITS.documentBytes ? (await ports.studies.get(key))?.bytes : undefined;
  if (!object) return DONE;

  const result = bytes && parseResult(bytes);
  const error = bytes && parseStudyError(bytes);
  if (result && (await isOurs(result, object, ports))) await completed(result, key, bytes, ports);
  else if (error && (await errorKeyOf(error.study, ports.codec)) === key) await ended(error, object, bytes, ports);
  else ports.log({ stage: 'announce', message: 'not a result or an error of ours' });
  return DONE;
}

async function completed(
  { study, run, modelDigest, volumesMl }: Result,
  key: string,
  bytes: Uint8Array,
  ports: Ports,
): Promise<void> {
  await publish(study, key, bytes, { type: 'Study Completed', run, modelDigest, volumesMl }, ports);
  await closeRun(run, ports);
}

async function ended(
  { study, kind, code, run }: StudyError,
  object: ObjectInfo,
  bytes: Uint8Array,
  ports: Ports,
): Promise<void> {
  // A run that came to its result after all has not failed.
  const isDone = run !== undefined && (await ports.studies.head(resultKey(study, run))) !== undefined;
  const type = kind === 'refused' ? 'Study Refused' : 'Study Failed';
  if (!isDone) await publish(study, object.key, bytes, { type, code, run }, ports);
  await closeError(object.key, ports);
  const marker = run === undefined || isDone ? undefined : await ports.work.head(openKey(run));
  if (run !== undefined && marker && isEndOf(object, marker)) await closeRun(run, ports);
}

type Body = Omit<StudyEvent, 'id' | 'version' | 'studyHash' | 'key'>;

/** The id is made of what is told, the document's own bytes: whoever tells the same again makes the same id. */
async function publish(study: string, key: string, document: Uint8Array, body: Body, ports: Ports): Promise<void> {
  const studyHash = await ports.hashStudy(study);
  const told = [studyHash, key, await ports.codec.sha256(document)];
  const id = await ports.codec.sha256(new TextEncoder().encode(JSON.stringify(told)));
  await ports.events.publish({ id: id.slice(0, 32), version: 1, studyHash, key, ...body });
}
