import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readNifti } from '../../../functions/core/nifti/read-nifti.ts';
import { checkAgreement } from '../../../functions/core/registration/agreement.ts';

const DATA = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const STUDIES: [string, boolean][] = [
  ['brats2021/BraTS2021_01476', true],
  ['brats2018/Brats18_TCIA02_171_1', true],
  ['raw-unaligned/TCGA-FG-6692', false],
];

const read = (folder: string, sequence: string) => {
  const name = readdirSync(folder).find((file) => file.toLowerCase().endsWith(`${sequence}.nii.gz`));
  return readNifti(gunzipSync(readFileSync(join(folder, name ?? ''))));
};

describe('agreement on real studies', () => {
  for (const [study, agrees] of STUDIES) {
    const folder = join(DATA, study);
    const is = existsSync(folder) ? test : test.skip;
    const title = `T1, T2 and FLAIR of ${study} ${agrees ? 'agree' : 'do not agree'} with T1ce`;
    is(
      existsSync(folder) ? title : `${title} (skipped: ../shared/data is not there)`,
      () => {
        const fixed = read(folder, 't1ce');
        const found = ['t1', 't2', 'flair'].map((sequence) => checkAgreement(fixed, read(folder, sequence)).agrees);
        expect(found).toEqual([agrees, agrees, agrees]);
      },
      60_000,
    );
  }
});
