import { readFile } from 'node:fs/promises';
import { createNodeCodec } from '../adapters/node-codec.ts';
import { forRegions, REGION_LABELS, type Region } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { countOverlap, dice } from '../core/evaluation/overlap.ts';
import { sameGrid } from '../core/geometry/affine.ts';
import { readNifti } from '../core/nifti/read-nifti.ts';
import { maskOf } from '../core/volume/mask-of.ts';
import type { Volume } from '../core/volume/volume.ts';
import { inflateNifti } from '../pipeline/load-volume.ts';

/**
 * Dice of each region in two masks of BraTS labels (.nii.gz) on one grid; null where both lack it.
 * @throws NeurotileError REFERENCE_GRID where the grids differ
 */
export async function compareMasks(file: string, other: string): Promise<Record<Region, number | null>> {
  const [a, b] = [await readMask(file), await readMask(other)];
  if (!sameGrid(a, b))
    throw new NeurotileError('REFERENCE_GRID', { found: b.shape.join(' × '), expected: a.shape.join(' × ') });
  const region = (mask: Volume, name: Region) => maskOf(Uint8Array.from(mask.data), REGION_LABELS[name]);
  return forRegions((name) => dice(countOverlap(region(a, name), region(b, name))));
}

async function readMask(file: string): Promise<Volume> {
  return readNifti((await inflateNifti(await readFile(file), { codec: createNodeCodec() })).bytes);
}
