import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkDataset } from '../../functions/cli/train-dataset.ts';
import { writeNifti } from '../../functions/core/nifti/write-nifti.ts';
import type { Affine, Vec3 } from '../../functions/core/volume/volume.ts';
import { tempFolders } from '../helpers/temp-folder.ts';
import { writeDataset } from './dataset-folder.ts';

const makeFolder = tempFolders();
const SHAPE: Vec3 = [24, 24, 22];

async function image(file: string, { shape = SHAPE, mm = 1, shift = 0, value = 1 } = {}): Promise<void> {
  const affine: Affine = [-mm, 0, 0, 10 + shift, 0, -1, 0, 12, 0, 0, 1, -8, 0, 0, 0, 1];
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]).fill(value);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, writeNifti({ shape, affine, data }));
}

async function dataset() {
  const folder = await makeFolder();
  return { folder, items: await writeDataset(folder, ['a', 'b'], ['c']) };
}

describe('a dataset that is to be trained on', () => {
  test('may be as its writer makes it: relative paths, in any folder', async () => {
    const { folder } = await dataset();
    const { training, validation } = await checkDataset(folder);
    expect([training, validation].map((items) => items.map(({ name }) => name))).toEqual([['a', 'b'], ['c']]);
  });

  test.each([
    ['a label that is missing', 'DATASET', /seg.*no such file/, (file: string) => rm(file)],
    [
      'a label on another grid',
      'REFERENCE_GRID',
      /24 × 24 × 21/,
      (file: string) => image(file, { shape: [24, 24, 21] }),
    ],
    ['a label that lies elsewhere', 'REFERENCE_GRID', /from \(12\.0/, (file: string) => image(file, { shift: 2 })],
    ['a label of an unknown number', 'REFERENCE_LABELS', /label 7/, (file: string) => image(file, { value: 7 })],
  ])('is refused for %s', async (_, code, says, spoil) => {
    const { folder, items } = await dataset();
    await spoil(join(folder, items[1].label));
    await expect(checkDataset(folder)).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });

  test.each([
    ['an image of other voxels', /voxels of 3\.00 × 1\.00 × 1\.00 mm, expected 1 mm/, { mm: 3 }],
    ['images on two grids', /found 20 × 24 × 22 voxels.*expected the grid of a_t1/, { shape: [20, 24, 22] as Vec3 }],
  ])('is refused for %s', async (_, says, spoilt) => {
    const { folder, items } = await dataset();
    await image(join(folder, items[0].image[1]), spoilt);
    await expect(checkDataset(folder)).rejects.toMatchObject({
      code: 'DATASET',
      message: expect.stringMatching(says),
      fields: expect.objectContaining({ file: items[0].image[1] }),
    });
  });

  test('may lack a sequence, and a label of the whole tumour alone may hold any number', async () => {
    const { folder, items } = await dataset();
    await image(join(folder, items[0].label), { value: 7 });
    const [first, ...others] = items;
    const training = [{ ...first, image: [first.image[0], null, null, first.image[3]], regions: ['WT'] }, ...others];
    await writeFile(join(folder, 'dataset.json'), JSON.stringify({ modality: MODALITY, training }));
    expect((await checkDataset(folder)).training[0].regions).toEqual(['WT']);
  });

  test('is refused without a dataset.json, or with one that says nothing', async () => {
    const folder = await makeFolder();
    await expect(checkDataset(folder)).rejects.toMatchObject({ code: 'DATASET' });
    await writeFile(join(folder, 'dataset.json'), '{"modality": {"0": "CT"}, "training": []}');
    await expect(checkDataset(folder)).rejects.toMatchObject({ code: 'DATASET' });
  });
});

const MODALITY = { 0: 'T1', 1: 'T1ce', 2: 'T2', 3: 'FLAIR' };
