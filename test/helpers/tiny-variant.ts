import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TINY_MODEL } from './house.ts';

/** Biases of the three maps, as make-tiny-model.py sets them: bright FLAIR, bright T1ce, dark T1. */
const BIASES = [-6, -6, -4];

/**
 * The tiny model with another threshold for bright FLAIR, which is what it takes for the whole tumour: the lower, the
 * less it finds. A bundle in a new folder.
 * @returns its digest
 */
export async function writeTinyVariant(folder: string, flairBias: number, name: string): Promise<string> {
  const network = await readFile(join(TINY_MODEL, 'models/model.onnx'));
  const place = network.indexOf(Buffer.from(Float32Array.from(BIASES).buffer));
  if (place < 0) throw new Error('the tiny model does not hold the biases that its script sets');
  network.writeFloatLE(flairBias, place);
  const digest = createHash('sha256').update(network).digest('hex');
  const metadata = JSON.parse(await readFile(join(TINY_MODEL, 'configs/metadata.json'), 'utf8'));
  Object.assign(metadata.neurotile, { digest, name });
  const files = { 'models/model.onnx': network, 'configs/metadata.json': JSON.stringify(metadata) };
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
  return digest;
}
