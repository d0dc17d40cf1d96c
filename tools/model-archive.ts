/**
 * model.tar.gz of a model bundle, in the layout that SageMaker unpacks into /opt/ml/model. Equal bundles give equal
 * bytes: names in order, no times, no owners, no compressor.
 *
 *   npx tsx tools/model-archive.ts <bundle folder> <file.tar.gz>
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';

/** All that inference needs; cards and whatever else lies about stay behind. */
export const ARCHIVED = ['configs/metadata.json', 'models/model.onnx'] as const;

const BLOCK_BYTES = 512;

/**
 * The archive's bytes, the same on every machine and under every version of Node.
 * @throws Error of the file system where the folder is no bundle
 */
export function modelArchive(bundleFolder: string): Uint8Array {
  const entries = ARCHIVED.map((name) => tarEntry(name, readFileSync(join(bundleFolder, name))));
  return gzipStored(Buffer.concat([...entries, new Uint8Array(2 * BLOCK_BYTES)]));
}

const MOST_STORED = 65_535;

/**
 * gzip (RFC 1952) of stored blocks (RFC 1951, 3.2.4): weights hardly shrink, and what a compressor makes of them changes
 * with its version.
 *
 *   0 magic 1f 8b   2 deflate   3 no flags   4 no time   8 no hints   9 system unknown   10 blocks   CRC-32   length
 */
function gzipStored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)];
  for (let at = 0; at < bytes.length; at += MOST_STORED) {
    const block = bytes.subarray(at, at + MOST_STORED);
    const header = Buffer.alloc(5);
    header.writeUInt8(at + MOST_STORED >= bytes.length ? 1 : 0);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(block.length ^ 0xffff, 3);
    parts.push(header, block);
  }
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(bytes));
  end.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([...parts, end]);
}

/** One file: a header, its bytes, and zeros up to a whole block. */
function tarEntry(name: string, bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(bytes);
  return Buffer.concat([tarHeader(name, bytes.length), padded]);
}

/**
 * POSIX ustar (IEEE 1003.1, pax, "ustar Interchange Format"): offset, field.
 *
 *   0 name   100 mode   108 uid   116 gid   124 size   136 mtime   148 checksum   156 type   257 magic   263 version
 */
function tarHeader(name: string, size: number): Uint8Array {
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, offset: number, digits: number) =>
    header.write(`${value.toString(8).padStart(digits, '0')}\0`, offset, 'latin1');
  header.write(name, 0, 'latin1');
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  header.write(' '.repeat(8), 148, 'latin1'); // The checksum counts itself as spaces.
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, file] = process.argv.slice(2);
  if (!folder || !file) throw new Error('expected a bundle folder and a file to write');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, modelArchive(folder));
}
