import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ObjectStore, PutOutcome } from '../../pipeline/ports.ts';
import { listLatest } from './s3-list.ts';
import { putInParts } from './s3-multipart.ts';

/** Above this an object goes in parts, which are sent side by side and again one by one. */
const SINGLE_PUT_BYTES = 64 * 1024 ** 2;
/** A connection that breaks in the middle of a body is no longer the SDK's concern. */
const READ_ATTEMPTS = 3;
/** What S3 calls the version of an object in a bucket without versions. */
const UNVERSIONED = 'null';

/**
 * A versioned S3 bucket as an object store; keys are used as they are. A missing key is told from a forbidden one only
 * where the bucket may be listed: `s3:ListBucket` and `s3:ListBucketVersions` belong to whoever reads.
 */
export function createS3Store({ client, bucket }: { client: S3Client; bucket: string }): ObjectStore {
  const at = (key: string) => ({ Bucket: bucket, Key: key });

  async function head(key: string) {
    const found = await unlessMissing(client.send(new HeadObjectCommand(at(key))));
    if (!found) return undefined;
    const { VersionId: version = UNVERSIONED, ContentLength: bytes = 0, LastModified } = found;
    return { key, version, bytes, storedMs: LastModified?.getTime() ?? 0 };
  }

  return {
    head,

    async get(key, version) {
      for (let attempt = 1; ; attempt++) {
        const read = client.send(new GetObjectCommand({ ...at(key), VersionId: version }));
        const object = await unlessMissing(read, version !== undefined);
        if (!object) return undefined;
        try {
          return { bytes: await bytesOf(object), version: object.VersionId ?? UNVERSIONED };
        } catch (error) {
          if (attempt === READ_ATTEMPTS) throw error;
        }
      }
    },

    async put(key, bytes, { ifAbsent = false } = {}) {
      const condition = ifAbsent ? { IfNoneMatch: '*' } : {};
      if (bytes.length <= SINGLE_PUT_BYTES) {
        const command = new PutObjectCommand({ ...at(key), Body: bytes, ChecksumAlgorithm: 'CRC32', ...condition });
        return outcomeOf(client.send(command), ifAbsent);
      }
      // The condition holds when the parts are put together; no need to send them all to hear of it.
      if (ifAbsent && (await head(key))) return { outcome: 'exists' };
      return outcomeOf(putInParts(client, at(key), bytes, condition), ifAbsent);
    },

    list: (prefix) => listLatest(client, bucket, prefix),

    async remove(key) {
      await client.send(new DeleteObjectCommand(at(key)));
    },
  };
}

/** The whole body, into memory that is asked for once: an object may be as large as half of what there is. */
async function bytesOf({ Body, ContentLength = 0 }: GetObjectCommandOutput): Promise<Uint8Array> {
  const bytes = new Uint8Array(ContentLength);
  let length = 0;
  for await (const chunk of Body as AsyncIterable<Uint8Array>) {
    bytes.set(chunk, length);
    length += chunk.length;
  }
  if (length !== ContentLength) throw new Error(`body of ${length} bytes, expected ${ContentLength}`);
  return bytes;
}

/** What says that there is no such object: 404s, and the 405 of a version that is a delete marker. */
const MISSING = ['NoSuchKey', 'NoSuchVersion', 'NotFound', 'MethodNotAllowed'];

async function unlessMissing<T>(answer: Promise<T>, isVersion = false): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const name = error instanceof S3ServiceException ? error.name : '';
    // A version that cannot be one is not in S3's form: the only argument that can be invalid here.
    if (MISSING.includes(name) || (isVersion && name === 'InvalidArgument')) return undefined;
    throw error;
  }
}

async function outcomeOf(answer: Promise<{ VersionId?: string }>, isConditional: boolean): Promise<PutOutcome> {
  try {
    const { VersionId: version = UNVERSIONED } = await answer;
    return { outcome: 'stored', version };
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (isConditional && status === 412) return { outcome: 'exists' };
    if (isConditional && status === 409) return { outcome: 'conflict' };
    throw error;
  }
}
