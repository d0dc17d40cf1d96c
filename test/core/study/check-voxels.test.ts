import { describe, expect, test } from '@jest/globals';
import { checkVoxels } from '../../../functions/core/study/check-voxels.ts';
import type { Volume } from '../../../functions/core/volume/volume.ts';
import { makeBall, makeVolume } from '../../helpers/factories.ts';

/** A brain of radius 10 in 32³ voxels of zero; its middle is between voxels 15 and 16. */
const brain = () => makeBall([32, 32, 32], 10);

/** Measured air: 1 to 7, in a pattern; a head of 100 in it. */
const head = () => {
  const volume = brain();
  for (let n = 0; n < volume.data.length; n++) if (volume.data[n] === 0) volume.data[n] = 1 + ((n * 31) % 7);
  return volume;
};

/** The volume with `value` wherever `where(i, j, k, was)` is true. */
function put(volume: Volume, value: number, where: (i: number, j: number, k: number, was: number) => boolean): Volume {
  const [ni, nj] = volume.shape;
  return makeVolume(volume.shape, (i, j, k) => {
    const was = volume.data[i + ni * (j + nj * k)];
    return where(i, j, k, was) ? value : was;
  });
}

const isAt = (a: number, b: number, c: number) => (i: number, j: number, k: number) => i === a && j === b && k === c;

describe('checkVoxels', () => {
  test('hands back a sound volume itself', () => {
    const volume = brain();
    expect(checkVoxels(volume)).toEqual({ volume, nonFiniteOutside: 0 });
    expect(checkVoxels(volume).volume).toBe(volume);
  });

  test('zeroes a background of NaN, as SPM leaves it, counts it, and leaves the input as it was', () => {
    const spm = put(brain(), Number.NaN, (_i, _j, _k, was) => was === 0);
    const outside = brain().data.filter((x) => x === 0).length;
    const { volume, nonFiniteOutside } = checkVoxels(spm);
    expect(nonFiniteOutside).toBe(outside);
    expect(volume.data).toEqual(brain().data);
    expect(spm.data[0]).toBeNaN();
  });

  test.each([
    [
      'one NaN in the middle of the brain',
      put(brain(), Number.NaN, isAt(16, 15, 14)),
      '1 of them, the first NaN at voxel (16, 15, 14)',
    ],
    ['infinity in the brain', put(brain(), -Infinity, isAt(16, 15, 14)), 'the first -Infinity at voxel (16, 15, 14)'],
    [
      'one NaN in the brain, and NaN around it',
      put(
        put(brain(), Number.NaN, (_i, _j, _k, was) => was === 0),
        Number.NaN,
        isAt(15, 15, 15),
      ),
      '1 of them',
    ],
    ['a lost slice through the brain', put(brain(), Number.NaN, (_i, _j, k) => k === 16), 'of them'],
    [
      'a lost slice, and NaN around the brain',
      put(brain(), Number.NaN, (_i, j, _k, was) => was === 0 || j === 13),
      'of them',
    ],
    ['a NaN in a head with air around', put(head(), Number.NaN, isAt(16, 15, 14)), '1 of them'],
    [
      'a NaN in a dark ventricle',
      put(
        put(head(), 3, (i, j, k) => Math.hypot(i - 16, j - 16, k - 16) < 4),
        Number.NaN,
        isAt(16, 16, 16),
      ),
      '1 of them',
    ],
  ])('refuses %s', (_, volume, found) => {
    const thrown = {
      code: 'NOT_FINITE',
      fields: { found: expect.stringContaining(found), expected: 'finite numbers' },
    };
    expect(() => checkVoxels(volume)).toThrow(expect.objectContaining(thrown));
  });

  test.each([
    ['one NaN in a corner', put(brain(), Number.NaN, isAt(0, 0, 0)), 1],
    ['one NaN far from the brain', put(brain(), Number.NaN, isAt(3, 4, 5)), 1],
    ['a slab at the edge', put(brain(), Number.NaN, (i) => i < 4), 4 * 32 * 32],
    ['a slab at the edge that cuts the brain', put(brain(), Number.NaN, (_i, _j, k) => k < 12), 12 * 32 * 32],
    ['an oblique field of view, with measured air', put(head(), Infinity, (i, j) => i + j < 20), undefined],
  ])('zeroes %s', (_, volume, count) => {
    const checked = checkVoxels(volume);
    expect(checked.nonFiniteOutside).toBe(count ?? volume.data.filter((x) => !Number.isFinite(x)).length);
    expect(checked.volume.data.every((x, n) => x === (Number.isFinite(volume.data[n]) ? volume.data[n] : 0))).toBe(
      true,
    );
  });

  test('forgives a mask of NaN a hole of one voxel in ten thousand', () => {
    const large = makeBall([64, 64, 64], 28); // 91,952 voxels by 4/3 π r³
    const spm = put(large, Number.NaN, (i, j, k, was) => was === 0 || isAt(31, 31, 31)(i, j, k));
    expect(checkVoxels(spm).volume.data[31 + 64 * (31 + 64 * 31)]).toBe(0);
    const block = put(spm, Number.NaN, (i, j, k) => Math.max(Math.abs(i - 31), Math.abs(j - 31), Math.abs(k - 31)) < 2);
    expect(() => checkVoxels(block)).toThrow(/27 of them/);
  });

  test.each([
    ['zero', 0, '0 in every finite voxel'],
    ['one value', 42, '42 in every finite voxel'],
    ['NaN', Number.NaN, 'not one finite voxel'],
  ])('finds no brain where all is %s', (_, value, found) => {
    const thrown = { code: 'NO_BRAIN', fields: { found, expected: 'at least two values' } };
    expect(() => checkVoxels(makeVolume([8, 8, 8], () => value))).toThrow(expect.objectContaining(thrown));
  });
});
