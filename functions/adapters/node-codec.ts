import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { createGunzip, gzip as gzipCallback } from 'node:zlib';
import { NeurotileError } from '../core/errors.ts';
import type { Codec } from '../pipeline/ports.ts';
import { encodePng } from './encode-png.ts';

const gzip = promisify(gzipCallback);

/** Large steps: each is a trip to a worker thread and back. */
const CHUNK_BYTES = 1 << 20;
/** Deflate cannot do better than 258 bytes for 2 bits: what a trailer says beyond is a lie. */
const MOST_EXPANSION = 1032;

/** Hashes, gzip and PNG on Node's own zlib and crypto. */
export function createNodeCodec(): Codec {
  return {
    sha256: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
    gzip: compress,
    gunzip: inflateAll,
    gunzipHead: inflateHead,
    png: encodePng,
  };
}

/** Level 1: noisy volumes hardly get smaller beyond it. The header's time is 0 and its system "unknown" everywhere. */
async function compress(bytes: Uint8Array): Promise<Uint8Array> {
  const out = await gzip(bytes, { level: 1, chunkSize: CHUNK_BYTES });
  out[9] = 255;
  return out;
}

/** Inflates into one buffer of the trailer's size, so that the peak is the result itself and not twice that. */
async function inflateAll(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  let out: Uint8Array = new Uint8Array(Math.min(maxBytes, sizeHint(bytes)));
  let length = 0;
  await inflate(bytes, CHUNK_BYTES, (chunk) => {
    const needed = length + chunk.length;
    if (needed > maxBytes) {
      throw new NeurotileError('TOO_LARGE', { found: `more than ${maxBytes} bytes`, expected: `at most ${maxBytes}` });
    }
    if (needed > out.length) out = grow(out, Math.min(maxBytes, Math.max(needed, 2 * out.length)));
    out.set(chunk, length);
    length = needed;
    return true;
  });
  return out.subarray(0, length);
}

async function inflateHead(bytes: Uint8Array, wanted: number): Promise<Uint8Array> {
  const out = new Uint8Array(wanted);
  let length = 0;
  await inflate(bytes, Math.max(64, Math.min(wanted, CHUNK_BYTES)), (chunk) => {
    const part = chunk.subarray(0, wanted - length);
    out.set(part, length);
    length += part.length;
    return length < wanted;
  });
  return out.subarray(0, length);
}

/**
 * Hands inflated pieces to `take` until it answers false or throws, or the stream ends; nothing is inflated after that
 * but what is under way. Several members in a row are one stream; zeros behind the last are padding.
 */
async function inflate(bytes: Uint8Array, chunkSize: number, take: (chunk: Buffer) => boolean): Promise<void> {
  const stream = createGunzip({ chunkSize });
  stream.end(bytes);
  try {
    for await (const chunk of stream) if (!take(chunk)) return;
  } catch (error) {
    if (error instanceof NeurotileError) throw error;
    throw new NeurotileError('NOT_GZIP_OR_TRUNCATED', describe(error as Error, bytes), error);
  }
}

function describe(error: Error, bytes: Uint8Array): { found: string; expected: string } {
  const isGzip = bytes[0] === 31 && bytes[1] === 139;
  if (!isGzip) return { found: `${bytes.length} bytes that are no gzip stream`, expected: 'a gzip stream (1f 8b)' };
  return { found: `${bytes.length} bytes, then "${error.message}"`, expected: 'a gzip stream to its end' };
}

/** What the last member's trailer says of its inflated size: right for one member under 4 GiB, else just a start. */
function sizeHint(bytes: Uint8Array): number {
  if (bytes.length < 18) return 0;
  const said = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return Math.min(said, bytes.length * MOST_EXPANSION);
}

function grow(bytes: Uint8Array, size: number): Uint8Array {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}
