import { describe, expect, test } from '@jest/globals';
import { IDENTITY, invert, multiply } from '../../../functions/core/geometry/affine.ts';
import { registrationErrorMm } from '../../../functions/core/phantom/registration-error.ts';
import { agree, checkAgreement } from '../../../functions/core/registration/agreement.ts';
import { alignCoarsely } from '../../../functions/core/registration/align-coarsely.ts';
import { pointsOf } from '../../../functions/core/registration/displacement.ts';
import { type RigidParameters, rigidMatrix } from '../../../functions/core/registration/rigid-parameters.ts';
import { shrink } from '../../../functions/core/registration/shrink.ts';
import { createSimilarity } from '../../../functions/core/registration/similarity.ts';
import { makeBall, makeVolume } from '../../helpers/factories.ts';
import { gridAround, paintHead } from '../../helpers/head-phantom.ts';

const FINE = gridAround([46, 54, 44], [2.5, 0, 0, 0, 2.5, 0, 0, 0, 2.5]);
const THICK = gridAround([64, 72, 26], [2, 0, 0, 0, 2, 0, 0, 0, 5]);
const plain = (tissue: number) => tissue;
const inverted = (tissue: number) => 1.2 - tissue;
const FIXED = paintHead(FINE, plain, IDENTITY);

/** The head, moved by fixed world -> moving world, in another contrast on thick slices. */
const moved = (motion: readonly number[], grid = THICK) => paintHead(grid, inverted, invert(motion));

describe('shrink', () => {
  test('means whole blocks, leaves coarse axes alone and keeps the world where it was', () => {
    const volume = makeVolume(
      [5, 2, 2],
      (i, j, k) => i + 10 * j + 100 * k,
      [1, 0, 0, 7, 0, 1, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1],
    );
    const small = shrink(volume, 2);
    // Blocks of 2 × 2 × 1: mean of i is 0.5 and 2.5, of j 0.5; the fifth i fills no block.
    expect(small.shape).toEqual([2, 1, 2]);
    expect([...small.data]).toEqual([5.5, 7.5, 105.5, 107.5]);
    expect(small.affine).toEqual([2, 0, 0, 7.5, 0, 2, 0, 0.5, 0, 0, 4, 0, 0, 0, 0, 1]);
  });
});

describe('createSimilarity', () => {
  test('is 2 for an image with itself, less after a shift, and not judged where the two part', () => {
    const noisy = makeVolume([20, 20, 20], (i, j, k) => ((i * 7 + j * 13 + k * 29 + i * j * k) % 31 > 15 ? 1 : 0));
    const similarity = createSimilarity(noisy, noisy);
    const shifted = (mm: number) => similarity([1, 0, 0, mm, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect(similarity(IDENTITY)).toBeCloseTo(2, 12);
    expect(shifted(1)).toBeLessThan(similarity(IDENTITY) - 0.5);
    expect(shifted(15)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('alignCoarsely', () => {
  const motions: [string, RigidParameters][] = [
    ['a small one', [0.02, -0.03, 0.01, 1, -2, 1.5]],
    ['15° and 30 mm', [0.15, -0.15, 0.15, 20, -15, 15]],
    ['28° about one axis', [0, 0, 0.5, 5, 5, -5]],
  ];

  test.each(motions)('finds a known motion to 2 mm: %s', (_, parameters) => {
    const motion = rigidMatrix(parameters, [0, 0, 0]);
    const { mean } = registrationErrorMm(motion, alignCoarsely(FIXED, moved(motion)), pointsOf(FIXED));
    expect(mean).toBeLessThan(2);
  });

  test('finds a head that the headers put 300 mm away', () => {
    const far = [1, 0, 0, 300, 0, 1, 0, -40, 0, 0, 1, 10, 0, 0, 0, 1];
    const here = moved(IDENTITY);
    const there = { ...here, affine: multiply(far, here.affine) };
    expect(registrationErrorMm(far, alignCoarsely(FIXED, there), pointsOf(FIXED)).mean).toBeLessThan(2);
  });
});

describe('agreement', () => {
  test('holds for another contrast on the same grid, and on thick slices, where nobody moved', () => {
    expect(agree(FIXED, moved(IDENTITY, FINE))).toBe(true);
    expect(agree(FIXED, moved(IDENTITY))).toBe(true);
  });

  test.each([
    ['3 mm along one axis', [0, 0, 0, 3, 0, 0]],
    ['3 mm in all', [0, 0, 0, -1.7, 1.7, 1.7]],
    ['6° about one axis', [0, 0.105, 0, 0, 0, 0]],
    ['20 mm', [0, 0, 0, 0, 20, 0]],
  ] as [string, RigidParameters][])(
    'does not hold after a motion of %s, even put on the same grid',
    (_, parameters) => {
      expect(agree(FIXED, moved(rigidMatrix(parameters, [0, 0, 0]), FINE))).toBe(false);
      expect(agree(FIXED, moved(rigidMatrix(parameters, [0, 0, 0])))).toBe(false);
    },
  );

  test('does not hold where the grids hardly overlap', () => {
    const away = { ...FIXED, affine: multiply([1, 0, 0, 90, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], FIXED.affine) };
    expect(checkAgreement(FIXED, away)).toEqual({ agrees: false, offsetMm: Number.POSITIVE_INFINITY });
  });

  test('is a matter of position alone: a ball, which looks the same however it is turned, agrees with itself', () => {
    expect(agree(makeBall([40, 40, 40], 14), makeBall([40, 40, 40], 14))).toBe(true);
  });
});
