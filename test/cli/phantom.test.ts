import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createNodeCodec } from '../../functions/adapters/node-codec.ts';
import { writePhantom } from '../../functions/cli/phantom.ts';
import type { StudyFile } from '../../functions/contract/documents.ts';
import { readNifti } from '../../functions/core/nifti/read-nifti.ts';
import { PHANTOM_SEQUENCES } from '../../functions/core/phantom/contrasts.ts';
import { makePhantom, SMALL_PHANTOM } from '../../functions/core/phantom/make-phantom.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

const makeFolder = tempFolders();
const codec = createNodeCodec();
const LIMIT = 1 << 26;

async function writeSmall() {
  const folder = join(await makeFolder(), 'new', 'study');
  return { folder, written: await writePhantom(folder, { ...SMALL_PHANTOM, seed: 7, name: 'made up' }, { codec }) };
}

let one: Awaited<ReturnType<typeof writeSmall>>;
let two: Awaited<ReturnType<typeof writeSmall>>;
beforeAll(async () => {
  one = await writeSmall();
  two = await writeSmall();
}, 60_000);
const phantom = makePhantom({ ...SMALL_PHANTOM, seed: 7 });

async function readImage(folder: string, file: string) {
  return readNifti(await codec.gunzip(await readFile(join(folder, file)), LIMIT));
}

async function readJson<T>(folder: string, file: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, file), 'utf8')) as T;
}

describe('a phantom written as a study', () => {
  test('is four images, a mask, the truth and what is what, and nothing else', async () => {
    const { folder, written } = one;
    const expected = ['_flair', '_seg', '_t1', '_t1ce', '_t2'].map((end) => `made up${end}.nii.gz`);
    expect((await readdir(folder)).sort()).toEqual([...expected, 'study.json', 'truth.json']);
    expect([...written.files].sort()).toEqual([...expected, 'study.json', 'truth.json']);
  });

  test('holds the phantom’s voxels and the places where they lie', async () => {
    const { folder } = one;
    const study = await readJson<StudyFile>(folder, 'study.json');
    for (const sequence of PHANTOM_SEQUENCES) {
      const image = await readImage(folder, study.sequences![sequence]!);
      expect(isEqual(image.data, phantom.sequences[sequence].data)).toBe(true);
      image.affine.forEach((value, n) => {
        expect(value).toBeCloseTo(phantom.sequences[sequence].affine[n], 4); // headers hold float32
      });
    }
    const mask = await readImage(folder, study.reference!);
    expect(isEqual(mask.data, phantom.reference.data)).toBe(true);
    expect(study).toMatchObject({ labelTable: 'brats', referenceSequence: 'T1ce' });
  });

  test('lists its images with their sizes and hashes', async () => {
    const { folder } = one;
    const { files } = await readJson<StudyFile>(folder, 'study.json');
    expect(files).toHaveLength(5);
    for (const { name, bytes, sha256 } of files!) {
      const stored = await readFile(join(folder, name));
      expect(stored.length).toBe(bytes);
      expect(await codec.sha256(stored)).toBe(sha256);
    }
  });

  test('tells the truth that it was made with', async () => {
    const { folder, written } = one;
    const { transforms, brainPoints } = phantom;
    const truth = { transforms, brainPoints, referenceSequence: 'T1ce', seed: 7 };
    expect(written.truth).toEqual(truth);
    expect(await readJson(folder, 'truth.json')).toEqual(JSON.parse(JSON.stringify(truth)));
  });

  test('is byte for byte the same when written again', async () => {
    for (const file of one.written.files)
      expect(Buffer.compare(await readFile(join(two.folder, file)), await readFile(join(one.folder, file)))).toBe(0);
  });
});

const isEqual = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  a.length === b.length && Array.prototype.every.call(a, (value, n) => value === b[n]);
