import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readNifti } from '../../../functions/core/nifti/read-nifti.ts';
import { borderBackground } from '../../../functions/core/study/border-background.ts';
import { brainMask } from '../../../functions/core/study/brain-mask.ts';
import { foregroundMask } from '../../../functions/core/study/foreground-mask.ts';
import { hasSkull } from '../../../functions/core/study/has-skull.ts';
import { inPlaneDepthMm } from '../../../functions/core/study/in-plane-depth.ts';
import { otsuThreshold } from '../../../functions/core/study/otsu-threshold.ts';
import type { Affine } from '../../../functions/core/volume/volume.ts';
import { makeBall, makeVolume } from '../../helpers/factories.ts';

const TWO_MM: Affine = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
const radius = (i: number, j: number, k: number) => 2 * Math.hypot(i - 47.5, j - 47.5, k - 47.5); // mm

/** Brain of 64 mm radius on zero: 1.1 litres. */
const stripped = () => makeVolume([96, 96, 96], (i, j, k) => (radius(i, j, k) <= 64 ? 100 : 0), TWO_MM);

/** Brain, 6 mm of dark bone, 6 mm of bright scalp; air as given. 76 mm is 1.8 litres: not too large for a brain. */
const withSkull = (air: (n: number) => number) =>
  makeVolume(
    [96, 96, 96],
    (i, j, k) => {
      const r = radius(i, j, k);
      return r <= 64 ? 100 : r <= 70 ? 15 : r <= 76 ? 180 : air(i * 7 + j * 13 + k * 29);
    },
    TWO_MM,
  );

describe('hasSkull', () => {
  test('is false for a brain on a set background, zero or another', () => {
    expect(hasSkull(stripped())).toBe(false);
    const shifted = stripped();
    shifted.data.forEach((x, n) => {
      shifted.data[n] = x - 50;
    });
    expect(hasSkull(shifted)).toBe(false);
  });

  test('is false for a brain with ripples of resampling around', () => {
    const volume = stripped();
    for (let n = 0; n < volume.data.length; n++) if (volume.data[n] === 0) volume.data[n] = 1e-3 * Math.sin(n);
    expect(hasSkull(volume)).toBe(false);
  });

  test('is true where the air was measured', () => {
    expect(hasSkull(withSkull((n) => n % 11))).toBe(true);
  });

  test('is true for the dark rim of bone, where a scanner set the air to zero', () => {
    expect(hasSkull(withSkull(() => 0))).toBe(true);
  });

  test('is true for what is larger than a brain', () => {
    const large = makeVolume([96, 96, 96], (i, j, k) => (radius(i, j, k) <= 84 ? 100 : 0), TWO_MM); // 2.5 litres
    expect(hasSkull(large)).toBe(true);
  });
});

const DATA = join(import.meta.dirname, '../../../../shared/data');
const withData = existsSync(DATA) ? describe : describe.skip;

withData('hasSkull on real studies (skipped where ../shared/data is absent)', () => {
  const read = (file: string) => readNifti(gunzipSync(readFileSync(join(DATA, file))));
  const studies = [
    'brats2018/Brats18_TCIA02_151_1',
    'brats2018-whole-tumour/Brats18_CBICA_ARW_1',
    'brats2021/BraTS2021_01482',
  ];

  test.each(studies)(
    'is false for %s, skull-stripped',
    (study) => {
      for (const file of readdirSync(join(DATA, study)).filter((name) => /(t2|flair)\.nii/i.test(name)))
        expect([file, hasSkull(read(join(study, file)))]).toEqual([file, false]);
    },
    60_000,
  );

  test.each(['t1', 't1ce', 't2', 'flair'])('is true for the raw %s', (sequence) => {
    expect(hasSkull(read(`raw-unaligned/TCGA-FG-6692/${sequence}.nii.gz`))).toBe(true);
  });
});

describe('foregroundMask', () => {
  test('is the head with its bone, and neither the air nor bright specks in it', () => {
    const volume = withSkull((n) => n % 11);
    volume.data[0] = 500;
    const mask = foregroundMask(volume);
    const expected = Uint8Array.from(makeVolume([96, 96, 96], (i, j, k) => (radius(i, j, k) <= 76 ? 1 : 0)).data);
    expect(Buffer.compare(mask, expected)).toBe(0);
  });
});

describe('brainMask', () => {
  test('is what is not zero in any sequence, negative values too', () => {
    const [a, b] = [makeBall([8, 8, 8], 1), makeVolume([8, 8, 8], (i, j, k) => (i + j + k === 0 ? -1 : 0))];
    const mask = brainMask([a, b]);
    expect(mask[0]).toBe(1);
    expect(mask.reduce((x, y) => x + y, 0)).toBe(9); // 2 × 2 × 2 voxels within 1 of the middle, and the corner
    expect(() => brainMask([a, makeBall([9, 9, 9], 1)])).toThrow(/512 and 729/);
  });
});

describe('what they are made of', () => {
  test("Otsu's threshold parts two heaps of values", () => {
    const values = Float32Array.from({ length: 1000 }, (_, n) => (n % 4 === 0 ? 80 + (n % 7) : 10 + (n % 5)));
    const threshold = otsuThreshold(values);
    expect(threshold).toBeGreaterThan(14);
    expect(threshold).toBeLessThan(80);
    values[3] = 1e5; // one outlier does not stretch the bins
    expect(otsuThreshold(values)).toBeLessThan(80);
  });

  test('the background is the commonest value of the faces', () => {
    const volume = makeVolume([10, 10, 10], (i) => (i === 0 ? 9 : 4));
    expect(borderBackground(volume).value).toBeCloseTo(4, 1);
    expect(borderBackground(volume).share).toBe(388 / 488); // 488 voxels on the faces, 100 of them with i = 0
  });

  test('depth counts mm from the nearest voxel outside, in steps along rows, columns and diagonals', () => {
    // 5 × 3 voxels of 1 × 2 mm, all inside but the first: the way to (4, 2) is two diagonals and two steps
    const mask = new Uint8Array(15).fill(1);
    mask[0] = 0;
    const depth = inPlaneDepthMm(mask, 5, 3, 1, 2);
    expect([depth[0], depth[4], depth[10]]).toEqual([0, 4, 4]);
    expect(depth[14]).toBeCloseTo(2 * Math.sqrt(5) + 2, 5);
  });
});
