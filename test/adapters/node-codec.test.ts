import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { decode } from 'fast-png';
import { createNodeCodec } from '../../functions/adapters/node-codec.ts';

const codec = createNodeCodec();
const noise = (length: number) => Uint8Array.from({ length }, (_, n) => Math.imul(n ^ (n >>> 7), 2654435761) >>> 24);
/** Arrays of millions are compared as memory. */
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
const bytes = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('the Node codec', () => {
  test('hashes as FIPS 180-2 does', async () => {
    const abc = new Uint8Array([97, 98, 99]);
    expect(await codec.sha256(abc)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('gives back what it compressed', async () => {
    const data = noise(3_000_001);
    expect(same(await codec.gunzip(await codec.gzip(data), data.length), data)).toBe(true);
  });

  test('compresses to the same bytes each time: no time and no system in the header', async () => {
    const [a, b] = [await codec.gzip(noise(1000)), await codec.gzip(noise(1000))];
    expect(a).toEqual(b);
    expect(Array.from(a.subarray(4, 10))).toEqual([0, 0, 0, 0, expect.any(Number), 255]);
  });

  test('inflates several members in a row, and takes zeros behind them as padding', async () => {
    const file = bytes(gzipSync('first '), gzipSync('second'), new Uint8Array(512));
    expect(Buffer.from(await codec.gunzip(file, 100)).toString()).toBe('first second');
  });

  test('inflates an empty member', async () => {
    expect(await codec.gunzip(gzipSync(''), 0)).toHaveLength(0);
  });

  test('inflates to exactly the limit, and refuses one byte more', async () => {
    const file = gzipSync(noise(5000));
    expect(await codec.gunzip(file, 5000)).toHaveLength(5000);
    await expect(codec.gunzip(file, 4999)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  test('stops at the limit of a bomb, whatever its trailer says', async () => {
    const bomb = gzipSync(new Uint8Array(64 << 20), { level: 9 });
    const honest = codec.gunzip(bomb, 1_000_000);
    await expect(honest).rejects.toMatchObject({ code: 'TOO_LARGE', fields: { found: 'more than 1000000 bytes' } });
    const liar = Uint8Array.from(bomb);
    liar.fill(0, -4);
    await expect(codec.gunzip(liar, 1_000_000)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  test.each([
    ['a file cut in the middle', half(gzipSync(noise(100_000))), 'unexpected end of file'],
    ['a file without its last byte', gzipSync(noise(100)).subarray(0, -1), 'unexpected end of file'],
    ['a damaged file', damaged(gzipSync(noise(100_000))), 'bytes, then'],
    ['a bare deflate stream', deflateRawSync(noise(100)), 'no gzip stream'],
    ['an empty file', new Uint8Array(0), '0 bytes'],
  ])('refuses %s', async (_, file, found) => {
    const refused = expect(codec.gunzip(file, 1e6)).rejects;
    await refused.toMatchObject({
      code: 'NOT_GZIP_OR_TRUNCATED',
      fields: { found: expect.stringContaining(found), expected: expect.stringContaining('gzip stream') },
    });
  });

  test('inflates the head of a file without the rest, even of one that is cut off later', async () => {
    const data = noise(2_000_000);
    const file = gzipSync(data);
    expect(await codec.gunzipHead(file, 544)).toEqual(data.subarray(0, 544));
    expect(await codec.gunzipHead(file.subarray(0, file.length >> 1), 544)).toEqual(data.subarray(0, 544));
    expect(await codec.gunzipHead(gzipSync(noise(10)), 544)).toEqual(noise(10));
  });

  test('refuses a head that ends before it begins', async () => {
    const file = gzipSync(noise(100_000)).subarray(0, 15);
    await expect(codec.gunzipHead(file, 544)).rejects.toMatchObject({ code: 'NOT_GZIP_OR_TRUNCATED' });
  });

  test('writes a PNG with the pixels it was given', async () => {
    const rgb = noise(7 * 5 * 3);
    const image = decode(await codec.png(rgb, 7, 5));
    expect(image).toMatchObject({ width: 7, height: 5, channels: 3, depth: 8 });
    expect(new Uint8Array(image.data)).toEqual(rgb);
  });
});

function half(file: Uint8Array): Uint8Array {
  return file.subarray(0, file.length >> 1);
}

function damaged(file: Uint8Array): Uint8Array {
  const out = file.slice();
  out[out.length >> 1] ^= 0xff;
  return out;
}
