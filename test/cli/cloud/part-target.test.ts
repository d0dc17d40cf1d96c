import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { PART_BYTES, sha256OfFile } from '../../../functions/cli/cloud/file-parts.ts';
import { createPartTarget, type PartBucket, type SentPart } from '../../../functions/cli/cloud/part-target.ts';
import type { LocalFile } from '../../../functions/cli/upload.ts';
import { tempFolders } from '../../helpers/temp-folder.ts';

const KEY = 'incoming/s/x.nii';
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** A bucket in memory: checksums as S3 makes them, and a note of every request that costs something. */
function createMemoryBucket() {
  const objects = new Map<string, { bytes: Uint8Array; checksum: string }>();
  const uploads = new Map<string, { key: string; parts: Map<number, Uint8Array> }>();
  const log: string[] = [];
  const describePart = (number: number, bytes: Uint8Array): SentPart => ({
    number,
    bytes: bytes.length,
    etag: `etag ${number}`,
    checksum: sha(bytes).toString('base64'),
  });
  const bucket: PartBucket = {
    async head(key) {
      const object = objects.get(key);
      return object && { bytes: object.bytes.length, checksum: object.checksum };
    },
    async put(key, bytes) {
      log.push(`put ${bytes.length}`);
      objects.set(key, { bytes, checksum: sha(bytes).toString('base64') });
    },
    begun: async (key) => [...uploads].filter(([, upload]) => upload.key === key).map(([id]) => id),
    parts: async (_, id) => Array.from(uploads.get(id)!.parts, ([n, bytes]) => describePart(n, bytes)),
    async begin(key) {
      const id = `upload ${log.length}`;
      uploads.set(id, { key, parts: new Map() });
      log.push('begin');
      return id;
    },
    async putPart(_, id, number, bytes) {
      log.push(`part ${number}`);
      uploads.get(id)!.parts.set(number, bytes);
      return describePart(number, bytes);
    },
    async complete(key, id, parts) {
      const stored = parts.map(({ number }) => uploads.get(id)!.parts.get(number)!);
      const checksum = `${sha(Buffer.concat(stored.map(sha))).toString('base64')}-${stored.length}`;
      objects.set(key, { bytes: Buffer.concat(stored), checksum });
      uploads.delete(id);
      log.push('complete');
    },
    async abort(_, id) {
      uploads.delete(id);
      log.push('abort');
    },
  };
  return { bucket, objects, uploads, log };
}

describe('uploading a file in parts', () => {
  const tempFolder = tempFolders();
  const bytes = randomBytes(2 * PART_BYTES + 5);
  let file: LocalFile;
  let memory: ReturnType<typeof createMemoryBucket>;
  let sent: number;
  const onSent = (count: number) => {
    sent += count;
  };
  const localFile = async (content: Uint8Array): Promise<LocalFile> => {
    const path = join(await tempFolder(), 'x.nii');
    await writeFile(path, content);
    return { path, bytes: content.length, sha256: await sha256OfFile(path) };
  };

  beforeEach(async () => {
    file ??= await localFile(bytes);
    memory = createMemoryBucket();
    sent = 0;
  });

  test('sends a small file whole, and knows it again', async () => {
    const small = await localFile(new Uint8Array([1, 2, 3]));
    const target = createPartTarget(memory.bucket);
    expect(await target.holds(KEY, small)).toBe(false);
    await target.send(KEY, small, onSent);
    expect(memory.log).toEqual(['put 3']);
    expect(await target.holds(KEY, small)).toBe(true);
    expect(await target.holds(KEY, await localFile(new Uint8Array([1, 2, 4])))).toBe(false);
  });

  test('sends an empty file', async () => {
    await createPartTarget(memory.bucket).send(KEY, await localFile(new Uint8Array(0)), onSent);
    expect(memory.log).toEqual(['put 0']);
  });

  test('sends a large file in parts, byte for byte, and knows it again', async () => {
    const target = createPartTarget(memory.bucket);
    await target.send(KEY, file, onSent);
    expect(memory.log.toSorted()).toEqual(['begin', 'complete', 'part 1', 'part 2', 'part 3']);
    expect(Buffer.compare(memory.objects.get(KEY)!.bytes, bytes)).toBe(0);
    expect(sent).toBe(bytes.length);
    expect(await target.holds(KEY, file)).toBe(true);
  });

  test('goes on with what an interrupted upload of the same content left', async () => {
    const upload = await memory.bucket.begin(KEY);
    await memory.bucket.putPart(KEY, upload, 2, bytes.subarray(PART_BYTES, 2 * PART_BYTES), '');
    memory.log.length = 0;
    await createPartTarget(memory.bucket).send(KEY, file, onSent);
    expect(memory.log.toSorted()).toEqual(['complete', 'part 1', 'part 3']);
    expect(Buffer.compare(memory.objects.get(KEY)!.bytes, bytes)).toBe(0);
    expect(sent).toBe(bytes.length);
  });

  test('aborts what an upload of other content left, so that no parts stay behind', async () => {
    const other = await memory.bucket.begin(KEY);
    await memory.bucket.putPart(KEY, other, 1, new Uint8Array(PART_BYTES), '');
    await memory.bucket.begin(KEY);
    await memory.bucket.begin('incoming/s/another.nii');
    memory.log.length = 0;
    await createPartTarget(memory.bucket).send(KEY, file, onSent);
    // The empty one is as good as a new one.
    expect(memory.log.toSorted()).toEqual(['abort', 'complete', 'part 1', 'part 2', 'part 3']);
    expect([...memory.uploads.values()].map(({ key }) => key)).toEqual(['incoming/s/another.nii']);
  });

  test('leaves what was sent for the next attempt, where it fails', async () => {
    const { putPart } = memory.bucket;
    memory.bucket.putPart = async (key, id, number, ...rest) => {
      if (number === 2) {
        while (memory.uploads.get(id)!.parts.size < 2) await new Promise((later) => setImmediate(later));
        throw new Error('the line is down');
      }
      return putPart(key, id, number, ...rest);
    };
    const target = createPartTarget(memory.bucket);
    await expect(target.send(KEY, file, onSent)).rejects.toThrow('the line is down');
    memory.bucket.putPart = putPart;
    memory.log.length = 0;
    await createPartTarget(memory.bucket).send(KEY, file, onSent);
    expect(memory.log).toEqual(['part 2', 'complete']);
    expect(Buffer.compare(memory.objects.get(KEY)!.bytes, bytes)).toBe(0);
  });
});
