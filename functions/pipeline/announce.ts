import type { Result, StudyError } from '../contract/documents.ts';
import { studyOfResult } from '../contract/keys.ts';
import type { MessageOf } from '../contract/messages.ts';
import { getJson } from './json.ts';
import { DONE, type Ports, type StudyEvent, type Verdict } from './ports.ts';

/** Turns result.json or error.json into one event that other services can act on; sent twice, it has one id. */
export async function announce({ key }: MessageOf<'announce'>, ports: Ports): Promise<Verdict> {
  const named = studyOfResult(key);
  const document = named && (await getJson<Result | StudyError>(ports.studies, key));
  if (!document) return DONE;

  const studyHash = await ports.hashStudy(named.study);
  const event = 'artefacts' in document ? completed(document) : notCompleted(document);
  const id = await ports.codec.sha256(new TextEncoder().encode(JSON.stringify([studyHash, key, event])));
  await ports.events.publish({ id: id.slice(0, 32), version: 1, studyHash, key, ...event });
  return DONE;
}

type Body = Omit<StudyEvent, 'id' | 'version' | 'studyHash' | 'key'>;

const completed = ({ run, modelDigest, volumesMl }: Result): Body => ({
  type: 'Study Completed',
  run,
  modelDigest,
  volumesMl,
});

const notCompleted = ({ kind, code, run }: StudyError): Body => ({
  type: kind === 'refused' ? 'Study Refused' : 'Study Failed',
  code,
  run,
});
