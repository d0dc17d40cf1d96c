import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createNodeCodec } from '../../../functions/adapters/node-codec.ts';
import { writeNifti } from '../../../functions/core/nifti/write-nifti.ts';
import type { Affine, Vec3 } from '../../../functions/core/volume/volume.ts';

export const codec = createNodeCodec();

const SHAPE: Vec3 = [12, 14, 10];
/** Voxels of 2 × 3 × 4 mm: 0.024 ml. */
export const ML = 0.024;
const AFFINE: Affine = [-2, 0, 0, 9, 0, -3, 0, 12, 0, 0, 4, -6, 0, 0, 0, 1];

/** Labels by a formula of i, j, k. */
export function labelsBy(label: (i: number, j: number, k: number) => number): Float32Array {
  const [ni, nj, nk] = SHAPE;
  const out = new Float32Array(ni * nj * nk);
  for (let k = 0, n = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) for (let i = 0; i < ni; i++, n++) out[n] = label(i, j, k);
  return out;
}

/** A block from i0 on, 4 × 5 × 4 voxels of `label`. */
export const block = (i0: number, label: number) =>
  labelsBy((i, j, k) => (i >= i0 && i < i0 + 4 && j >= 4 && j < 9 && k >= 3 && k < 7 ? label : 0));

/** Writes a volume as NIfTI; folders are made. */
export async function writeVolume(file: string, data: Float32Array): Promise<void> {
  await write(file, await codec.gzip(writeNifti({ shape: SHAPE, affine: AFFINE, data })));
}

/** The same voxels in the same places, stored from the other end of i. */
export async function writeTurned(file: string, data: Float32Array): Promise<void> {
  const last = SHAPE[0] - 1;
  const turned = data.map((_, n) => data[n - (n % SHAPE[0]) + last - (n % SHAPE[0])]);
  const affine: Affine = [2, 0, 0, 9 - 2 * last, ...AFFINE.slice(4)];
  await write(file, await codec.gzip(writeNifti({ shape: SHAPE, affine, data: turned })));
}

/** Three volumes in one 4D file. */
export async function writeRegions(file: string, volumes: readonly Float32Array[]): Promise<void> {
  const one = writeNifti({ shape: SHAPE, affine: AFFINE, data: volumes[0] });
  const start = new DataView(one.buffer, one.byteOffset).getFloat32(108, true);
  const bytes = new Uint8Array(start + volumes.length * 4 * volumes[0].length);
  bytes.set(one);
  for (const [n, data] of volumes.entries())
    bytes.set(new Uint8Array(data.slice().buffer), start + n * 4 * data.length);
  const header = new DataView(bytes.buffer);
  header.setInt16(40, 4, true); // dim[0], and below dim[4]
  header.setInt16(48, volumes.length, true);
  await write(file, await codec.gzip(bytes));
}

export async function write(file: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

/** As `neurotile run` leaves one: brain everywhere but in the first slice. */
export async function writeResult(folder: string, study: string, mask: Float32Array, metrics: object): Promise<void> {
  const brain = labelsBy((_i, _j, k) => (k === 0 ? 0 : 100 + k));
  const artefacts = { 'mask.nii.gz': {}, 'metrics.json': {}, 'registered/T1.nii.gz': {} };
  await writeVolume(join(folder, 'mask.nii.gz'), mask);
  await writeVolume(join(folder, 'registered', 'T1.nii.gz'), brain);
  await write(join(folder, 'metrics.json'), JSON.stringify(metrics));
  await write(join(folder, 'result.json'), JSON.stringify({ v: 1, study, artefacts }));
}
