import { runOfPrediction, studyOfIncoming, studyOfResult } from './keys.ts';
import type { Message } from './messages.ts';
import { type Bucket, NOTIFICATIONS } from './stages.ts';

/** The message that a created object causes; undefined for objects that wake nobody, such as a console's folder objects. */
export function messageFor(bucket: Bucket, key: string): Message | undefined {
  if (key.endsWith('/')) return undefined;
  const rule = NOTIFICATIONS.find((n) => n.bucket === bucket && key.startsWith(n.prefix) && key.endsWith(n.suffix));
  switch (rule?.stage) {
    case 'ingest': {
      const study = studyOfIncoming(key);
      return study === undefined ? undefined : { v: 1, stage: 'ingest', study };
    }
    case 'gather': {
      const run = runOfPrediction(key);
      return run === undefined ? undefined : { v: 1, stage: 'gather', run };
    }
    case 'announce':
      return studyOfResult(key) && { v: 1, stage: 'announce', key };
    default:
      return undefined;
  }
}
