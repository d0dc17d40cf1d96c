import { describe, expect, test } from '@jest/globals';
import { cutTile } from '../../../functions/core/tiling/cut-tile.ts';

/** Voxel (i, j, k) holds 100·k + 10·j + i + base: shape i, j, k = 4, 3, 2. */
const digits = (base: number) =>
  Uint16Array.from({ length: 24 }, (_, n) => base + 100 * Math.floor(n / 12) + 10 * (Math.floor(n / 4) % 3) + (n % 4));
const CHANNELS = [digits(1000), digits(2000)];

describe('a cut tile', () => {
  test('holds, channel by channel, the voxels from its origin on', () => {
    const { data, shape } = cutTile(CHANNELS, [4, 3, 2], [0, 1, 1], [2, 2, 3], 3);
    expect(shape).toEqual([1, 2, 2, 2, 3]);
    expect([...data.subarray(0, 12)]).toEqual([
      1011, 1012, 1013, 1021, 1022, 1023, // d = 0, h = 0 and 1
      1111, 1112, 1113, 1121, 1122, 1123,
    ]); // biome-ignore format: one line a slice
    expect(data[12]).toBe(2011);
  });

  test('goes slice by slice for a 2D model: N × C × H × W', () => {
    const { data, shape } = cutTile(CHANNELS, [4, 3, 2], [0, 1, 1], [2, 2, 3], 2);
    expect(shape).toEqual([2, 2, 2, 3]);
    expect(data[0]).toBe(1011);
    expect(data[6]).toBe(2011); // the second channel of the first slice
    expect(data[12]).toBe(1111); // the second slice
  });

  test('is zero where it reaches beyond the grid, on every side', () => {
    const { data } = cutTile([digits(1000)], [4, 3, 2], [-1, -1, -1], [4, 5, 6], 3);
    const at = (d: number, h: number, w: number) => data[(d * 5 + h) * 6 + w];
    expect(at(1, 1, 1)).toBe(1000);
    expect(at(2, 3, 4)).toBe(1123);
    expect(data.filter((v) => v !== 0)).toHaveLength(24);
    for (let d = 0; d < 4; d++)
      for (let h = 0; h < 5; h++)
        for (let w = 0; w < 6; w++) {
          const inside = d >= 1 && d < 3 && h >= 1 && h < 4 && w >= 1 && w < 5;
          expect(at(d, h, w) !== 0).toBe(inside);
        }
  });

  test('is all zero beside the grid', () => {
    expect(cutTile([digits(1)], [4, 3, 2], [2, 0, 0], [2, 3, 4], 3).data.every((v) => v === 0)).toBe(true);
    expect(cutTile([digits(1)], [4, 3, 2], [0, 0, 4], [2, 3, 4], 3).data.every((v) => v === 0)).toBe(true);
  });

  test('refuses a channel of another size', () => {
    expect(() => cutTile([new Uint16Array(23)], [4, 3, 2], [0, 0, 0], [2, 2, 2], 3)).toThrow('channel 0 has 23 voxels');
  });
});
