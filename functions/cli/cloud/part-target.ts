import type { LocalFile, UploadTarget } from '../upload.ts';
import { compositeChecksum, PART_BYTES, partChecksums, partCount, partSize, readPart } from './file-parts.ts';
import { createLimit } from './limit.ts';

/** One part that lies there. */
export interface SentPart {
  /** From 1. */
  number: number;
  bytes: number;
  etag: string;
  /** sha256, base64; missing where the upload was begun without. */
  checksum?: string;
}

/** What an upload needs of a bucket. */
export interface PartBucket {
  /** The latest object: its size and S3's sha256 of it, base64 (of its parts' checksums where it has parts). */
  head(key: string): Promise<{ bytes: number; checksum?: string } | undefined>;
  put(key: string, bytes: Uint8Array, checksum: string | undefined): Promise<void>;
  /** Uploads in parts of that key that were neither completed nor aborted: parts are billed until then. Newest first. */
  begun(key: string): Promise<string[]>;
  parts(key: string, upload: string): Promise<SentPart[]>;
  begin(key: string): Promise<string>;
  putPart(key: string, upload: string, number: number, bytes: Uint8Array, checksum: string): Promise<SentPart>;
  complete(key: string, upload: string, parts: readonly SentPart[]): Promise<void>;
  abort(key: string, upload: string): Promise<void>;
}

/** Requests at once: memory is so many parts. */
const AT_ONCE = 4;

/**
 * Sends large files in parts. What an earlier attempt sent of the same content stays and is gone on with; left-over
 * uploads of other content are aborted. Whether an object is a file's content is told by checksums that S3 made itself.
 */
export function createPartTarget(bucket: PartBucket): UploadTarget {
  const limit = createLimit(AT_ONCE);

  async function holds(key: string, file: LocalFile): Promise<boolean> {
    const there = await bucket.head(key);
    if (there?.bytes !== file.bytes) return false;
    return there.checksum !== undefined && there.checksum === (await checksumOf(file));
  }

  async function send(key: string, file: LocalFile, onSent: (bytes: number) => void): Promise<void> {
    if (file.bytes > PART_BYTES) return sendInParts(key, file, onSent);
    await limit(async () => bucket.put(key, await wholeOf(file), hexToBase64(file.sha256)));
    onSent(file.bytes);
  }

  async function sendInParts(key: string, file: LocalFile, onSent: (bytes: number) => void): Promise<void> {
    const checksums = await partChecksums(file.path, file.bytes);
    const { upload, sent } = (await resumable(key, file, checksums)) ?? { upload: await bucket.begin(key), sent: [] };
    for (const { bytes } of sent) onSent(bytes);
    const there = new Map(sent.map((part) => [part.number, part]));
    const numbers = Array.from({ length: partCount(file.bytes) }, (_, n) => n + 1);
    const sending = numbers.map((n) =>
      limit(async () => {
        const known = there.get(n);
        if (known) return known;
        const bytes = await readPart(file.path, n, file.bytes);
        const part = await bucket.putPart(key, upload, n, bytes, checksums[n - 1]);
        onSent(bytes.length);
        return part;
      }),
    );
    await bucket.complete(key, upload, await Promise.all(sending));
  }

  /** The first upload whose parts are all this file's; what is left of others goes. */
  async function resumable(key: string, { bytes }: LocalFile, checksums: readonly string[]) {
    let found: { upload: string; sent: SentPart[] } | undefined;
    for (const upload of await bucket.begun(key)) {
      const sent = found ? [] : await bucket.parts(key, upload);
      const fits = (part: SentPart) =>
        part.bytes === partSize(part.number, bytes) && part.checksum === checksums[part.number - 1];
      if (!found && sent.every(fits)) found = { upload, sent };
      else await bucket.abort(key, upload);
    }
    return found;
  }

  return { holds, send, finish: (key, bytes) => bucket.put(key, bytes, undefined) };
}

async function checksumOf({ path, bytes, sha256 }: LocalFile): Promise<string> {
  return bytes > PART_BYTES ? compositeChecksum(await partChecksums(path, bytes)) : hexToBase64(sha256);
}

const wholeOf = async ({ path, bytes }: LocalFile) => (bytes === 0 ? new Uint8Array(0) : readPart(path, 1, bytes));

const hexToBase64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
