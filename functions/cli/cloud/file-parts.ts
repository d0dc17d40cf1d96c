import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Parts of a file, all of one size but the last, so that an interrupted upload can be gone on with: S3 takes 5 MiB to
 * 5 GiB a part and 10,000 parts.
 *
 *     part      1          2          3
 *     bytes  [0, 16M)  [16M, 32M)  [32M, end)
 */
export const PART_BYTES = 16 * 1024 ** 2;

export const partCount = (bytes: number) => Math.ceil(bytes / PART_BYTES);

/** Bytes of part n, which counts from 1, of a file of so many. */
export const partSize = (n: number, bytes: number) => Math.min(PART_BYTES, bytes - (n - 1) * PART_BYTES);

export async function readPart(path: string, n: number, bytes: number): Promise<Uint8Array> {
  const part = new Uint8Array(partSize(n, bytes));
  const file = await open(path);
  try {
    for (let at = 0; at < part.length; ) {
      const { bytesRead } = await file.read(part, at, part.length - at, (n - 1) * PART_BYTES + at);
      if (bytesRead === 0) throw new Error(`${path} became shorter than ${bytes} bytes while it was read`);
      at += bytesRead;
    }
    return part;
  } finally {
    await file.close();
  }
}

/** @returns hex */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 ** 2 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export const sha256Base64 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** Each part's sha256, base64. */
export async function partChecksums(path: string, bytes: number): Promise<string[]> {
  const checksums: string[] = [];
  for (let n = 1; n <= partCount(bytes); n++) checksums.push(sha256Base64(await readPart(path, n, bytes)));
  return checksums;
}

/** S3's own checksum of an object that was put together from parts: sha256 of their sha256s, and how many. */
export function compositeChecksum(parts: readonly string[]): string {
  return `${sha256Base64(Buffer.concat(parts.map((part) => Buffer.from(part, 'base64'))))}-${parts.length}`;
}
