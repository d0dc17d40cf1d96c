import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { createNodeCodec } from '../../../functions/adapters/node-codec.ts';
import type { Scores } from '../../../functions/contract/scores.ts';
import { readNifti } from '../../../functions/core/nifti/read-nifti.ts';
import { writeNifti } from '../../../functions/core/nifti/write-nifti.ts';
import { tempFolders } from '../../helpers/temp-folder.ts';
import { write } from './small-masks.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const STUDIES = join(ROOT, '../shared/data/brats2021');
const codec = createNodeCodec();

/**
 * The reference moved on by a row and two voxels, every ninth slice lost, and a false lesion of 64 voxels. Dice, HD95:
 * numpy and scipy (`binary_erosion`, `distance_transform_edt`, `percentile`) on the same masks, read by nibabel; lesion
 * by lesion: scipy's `label` and `binary_dilation`.
 */
const EXPECTED = {
  BraTS2021_01476: {
    WT: { dice: 0.8356, hd95Mm: 9.43, ml: 45.52, lesionDice: 0.4180913155062505, lesionHd95Mm: 191.63680924774786 },
    TC: { dice: 0.817, hd95Mm: 7.68, ml: 20.87, lesionDice: 0.4090919371254099, lesionHd95Mm: 190.66910766374457 },
    ET: { dice: 0.3347, hd95Mm: 70.9, ml: 0.27, lesionDice: 0.19248826291079812, lesionHd95Mm: 188.1180339887499 },
  },
  BraTS2021_00008: {
    WT: { dice: 0.8248, hd95Mm: 6.71, ml: 16.52, lesionDice: 0.4131679935849705, lesionHd95Mm: 190.20156211871642 },
    TC: { dice: 0.4185, hd95Mm: 124.08, ml: 0.34, lesionDice: 0.23140495867768596, lesionHd95Mm: 188.1180339887499 },
    ET: { dice: 0.3713, hd95Mm: 124.07, ml: 0.33, lesionDice: 0.20623916811091855, lesionHd95Mm: 188.1180339887499 },
  },
} as const;

async function spoil(study: string, file: string): Promise<void> {
  const stored = await readFile(join(STUDIES, study, `${study}_seg.nii.gz`));
  const { shape, affine, data } = readNifti(await codec.gunzip(stored, 1e8));
  const [ni, nj] = shape;
  const by = ni + 2;
  const mask = Uint8Array.from(data, (_, n) => {
    const [i, j, k] = [n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))];
    if (i >= 100 && i < 104 && j >= 30 && j < 34 && k >= 100 && k < 104) return 4;
    return k % 9 === 0 ? 0 : data[(n - by + data.length) % data.length];
  });
  await write(file, await codec.gzip(writeNifti({ shape, affine, data: mask })));
}

const suite = existsSync(STUDIES) ? describe : describe.skip;

suite('neurotile evaluate on real references (skipped where ../shared/data is not)', () => {
  const tempFolder = tempFolders();

  test('agrees with an independent scorer on two studies, and says that the others have no mask', async () => {
    const [masks, out] = [await tempFolder(), await tempFolder()];
    for (const study of Object.keys(EXPECTED)) await spoil(study, join(masks, `${study}.nii.gz`));
    const words = ['functions/cli/neurotile.mjs', 'evaluate', masks, '--reference', STUDIES, '--out', out];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: ROOT });
    expect(stdout).toContain('11 references, 2 scored, 9 without a mask');
    const scores = JSON.parse(await readFile(join(out, 'scores.json'), 'utf8')) as Scores;
    for (const { study, regions } of scores.masks.studies)
      for (const region of ['WT', 'TC', 'ET'] as const) {
        const expected = EXPECTED[study as keyof typeof EXPECTED][region];
        const { dice, hd95Mm, maskMl, lesions, specificity } = regions[region]!;
        expect(dice).toBeCloseTo(expected.dice, 4);
        expect(hd95Mm).toBeCloseTo(expected.hd95Mm, 2);
        expect(maskMl).toBeCloseTo(expected.ml, 2);
        expect(lesions.dice).toBeCloseTo(expected.lesionDice, 9);
        expect(lesions.hd95Mm).toBeCloseTo(expected.lesionHd95Mm, 4);
        expect(lesions).toMatchObject({ found: 1, missed: 0, falsePositives: 1 });
        expect(specificity).toBeGreaterThan(0.98);
      }
  }, 120_000);
});
