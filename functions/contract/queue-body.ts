import { type Fields, isRecord, parsed } from './fields.ts';
import { tileOfTensor } from './keys.ts';
import { type Message, parseMessage } from './messages.ts';
import { messageFor } from './notifications.ts';
import type { Bucket } from './stages.ts';

/**
 * What lies in a stage's queue -> messages: one of our own, S3's word of created objects (none for its test event, nor
 * for objects that wake nobody), or SageMaker's word of a tile that failed, which goes back to `infer`.
 * @param bucketOf our name for a bucket; undefined for strangers
 * @returns undefined where the body is none of these
 */
export function messagesOf(body: string, bucketOf: (name: string) => Bucket | undefined): Message[] | undefined {
  const value = parsed(body);
  if (!isRecord(value)) return undefined;
  if (value.Event === 's3:TestEvent') return [];
  if (Array.isArray(value.Records)) return ofS3(value.Records, bucketOf);
  if (value.eventSource === 'aws:sagemaker') return ofSageMaker(value);
  const message = parseMessage(value);
  return message && [message];
}

function ofS3(records: readonly unknown[], bucketOf: (name: string) => Bucket | undefined): Message[] | undefined {
  const messages: Message[] = [];
  for (const record of records) {
    const s3 = isRecord(record) && record.eventSource === 'aws:s3' && isRecord(record.s3) ? record.s3 : {};
    const bucket = isRecord(s3.bucket) && typeof s3.bucket.name === 'string' ? bucketOf(s3.bucket.name) : undefined;
    const key = isRecord(s3.object) && typeof s3.object.key === 'string' ? decodedKey(s3.object.key) : undefined;
    if (bucket === undefined || key === undefined) return undefined;
    const message = messageFor(bucket, key);
    if (message) messages.push(message);
  }
  return messages;
}

/** S3 writes keys as forms do: percent signs, and plus for space. */
function decodedKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** An asynchronous endpoint's notification; a success needs nobody, the prediction tells of itself. */
function ofSageMaker({ invocationStatus, inferenceId, requestParameters }: Fields): Message[] | undefined {
  if (invocationStatus === 'Completed') return [];
  const location = isRecord(requestParameters) ? requestParameters.inputLocation : undefined;
  const tensor = typeof location === 'string' ? tileOfTensor(location.replace(/^s3:\/\/[^/]+\//, '')) : undefined;
  if (!tensor) return undefined;
  const failed = typeof inferenceId === 'string' ? inferenceId : 'unnamed';
  const message = parseMessage({ v: 1, stage: 'infer', run: tensor.run, tiles: [tensor.tile], failed });
  return message && [message];
}
