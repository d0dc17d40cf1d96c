import { describe, expect, test } from '@jest/globals';
import { planTiles, tileStarts } from '../../../functions/core/tiling/plan-tiles.ts';

const brain = (voxels: number) => new Uint8Array(voxels).fill(1);

describe('tiles along an axis', () => {
  test("start where MONAI's sliding window puts them", () => {
    // dense_patch_slices of MONAI 1.6.1, same axis, window and overlap.
    expect(tileStarts(155, 96, 0.5)).toEqual([0, 48, 59]);
    expect(tileStarts(240, 96, 0.5)).toEqual([0, 48, 96, 144]);
    expect(tileStarts(140, 96, 0.25)).toEqual([0, 44]);
    expect(tileStarts(96, 96, 0.5)).toEqual([0]);
    expect(tileStarts(100, 40, 0.7)).toEqual([0, 12, 24, 36, 48, 60]);
    expect(tileStarts(15, 6, 0.5)).toEqual([0, 3, 6, 9]);
  });

  test("start where nnU-Net's sliding window puts them, evenly spread", () => {
    // compute_steps_for_sliding_window of nnunetv2 2.8.1, same axis, tile and a step of half a tile.
    expect(tileStarts(110, 64, 0.5, 'even')).toEqual([0, 23, 46]);
    expect(tileStarts(140, 64, 0.5, 'even')).toEqual([0, 25, 51, 76]);
    expect(tileStarts(155, 96, 0.5, 'even')).toEqual([0, 30, 59]);
    expect(tileStarts(240, 128, 0.5, 'even')).toEqual([0, 56, 112]);
    expect(tileStarts(109, 64, 0.5, 'even')).toEqual([0, 22, 45]); // 22.5, to even
    expect(tileStarts(64, 64, 0.5, 'even')).toEqual([0]);
  });

  test('lie around the middle of an axis that is shorter', () => {
    expect(tileStarts(90, 96, 0.5)).toEqual([-3]);
    expect(tileStarts(91, 96, 0.5)).toEqual([-2]);
    expect(tileStarts(1, 4, 0)).toEqual([-1]);
  });

  test('leave no voxel out and never pass the end, whatever the numbers', () => {
    for (const axis of [1, 7, 40, 97, 155])
      for (const tile of [1, 8, 33])
        for (const [overlap, steps] of [0, 0.25, 0.5, 0.66, 0.97].flatMap((o) => [
          [o, 'fixed'] as const,
          [o, 'even'] as const,
        ])) {
          const starts = tileStarts(axis, tile, overlap, steps);
          const covered = Array.from({ length: axis }, (_, x) => starts.some((s) => x >= s && x < s + tile));
          expect(covered).not.toContain(false);
          expect(new Set(starts).size).toBe(starts.length);
          if (axis >= tile) expect(starts[starts.length - 1]).toBe(axis - tile);
        }
  });

  test('refuse an overlap of 1 and a tile of nothing', () => {
    expect(() => tileStarts(10, 5, 1)).toThrow('overlap is 1');
    expect(() => tileStarts(10, 5, Number.NaN)).toThrow(RangeError);
    expect(() => tileStarts(10, 0, 0.5)).toThrow(RangeError);
  });
});

describe('a plan of tiles', () => {
  test('covers the grid in the order D, H, W with ids that sort', () => {
    // i, j, k = 6, 4, 5 is D, H, W = 5, 4, 6.
    const tiles = planTiles([6, 4, 5], [5, 4, 4], [0, 0, 0.5], brain(120));
    expect(tiles).toEqual([
      { id: '0000', origin: [0, 0, 0] },
      { id: '0001', origin: [0, 0, 2] },
    ]);
    const many = planTiles([20, 20, 20], [4, 4, 4], [0.5, 0.5, 0.5], brain(8000));
    expect(many).toHaveLength(729);
    expect(many.map(({ id }) => id)).toEqual(many.map(({ id }) => id).sort());
    for (const { id } of many) expect(id).toMatch(/^[0-9a-z-]{1,64}$/);
  });

  test('leaves out tiles without brain, and needs none for an empty brain', () => {
    const mask = new Uint8Array(20 * 20 * 20);
    mask[19 + 20 * (0 + 20 * 10)] = 1; // i = W = 19, j = H = 0, k = D = 10
    const tiles = planTiles([20, 20, 20], [10, 10, 10], [0, 0, 0], mask);
    expect(tiles).toEqual([{ id: '0000', origin: [10, 0, 10] }]);
    expect(planTiles([20, 20, 20], [10, 10, 10], [0, 0, 0], new Uint8Array(8000))).toEqual([]);
  });

  test('covers every voxel of the brain', () => {
    const shape = [17, 23, 19] as const;
    const mask = Uint8Array.from({ length: 17 * 23 * 19 }, (_, n) => (n % 97 === 0 ? 1 : 0));
    const tiles = planTiles(shape, [8, 6, 7], [0.5, 0.25, 0], mask);
    for (let n = 0; n < mask.length; n += 97) {
      const at = [Math.floor(n / (17 * 23)), Math.floor(n / 17) % 23, n % 17];
      const holds = tiles.some(({ origin: o }) => at.every((x, a) => x >= o[a] && x < o[a] + [8, 6, 7][a]));
      expect(holds).toBe(true);
    }
  });

  test('cuts a 2D study into slabs of slices', () => {
    const tiles = planTiles([10, 10, 20], [8, 12, 12], [0, 0.5, 0.5], brain(2000));
    expect(tiles.map(({ origin }) => origin)).toEqual([
      [0, -1, -1],
      [8, -1, -1],
      [12, -1, -1],
    ]);
  });

  test('refuses a mask of another size', () => {
    expect(() => planTiles([4, 4, 4], [2, 2, 2], [0, 0, 0], brain(63))).toThrow(
      'mask of 63 voxels on a grid of 4 × 4 × 4',
    );
  });
});
