import { describe, expect, test } from '@jest/globals';
import { createRandom } from '../../../functions/core/random.ts';
import { toInt16 } from '../../../functions/core/volume/to-int16.ts';
import { makeVolume } from '../../helpers/factories.ts';

describe('a volume as int16', () => {
  test('keeps whole numbers in range as they are', () => {
    const volume = makeVolume([2, 2, 2], (i, j, k) => [-32768, 32767, 0, 5][(i + 2 * j + k) % 4]);
    const { volume: stored, scale } = toInt16(volume);
    expect(scale).toBeUndefined();
    expect([...stored.data]).toEqual([...volume.data]);
  });

  test.each([
    ['whole numbers out of range', (n: number) => 1000 * n],
    ['fractions', (n: number) => n / 7],
    ['fractions on both sides of zero', (n: number) => (n - 30) / 7],
  ])('leads back to %s within half a step', (_, value) => {
    const random = createRandom(3);
    const volume = makeVolume([4, 4, 4], () => value(random.integer(64)));
    const { volume: stored, scale } = toInt16(volume);
    const { slope, inter } = scale!;
    const range = Math.max(0, ...volume.data) - Math.min(0, ...volume.data);
    expect(slope).toBeCloseTo(range / 32767, 6);
    for (const [n, x] of volume.data.entries())
      expect(Math.abs(slope * stored.data[n] + inter - x)).toBeLessThanOrEqual(0.501 * slope);
  });

  test('keeps zero exactly where nothing is below it', () => {
    const { volume: stored, scale } = toInt16(makeVolume([2, 1, 1], (i) => 0.3 * i));
    expect([stored.data[0], scale!.inter]).toEqual([0, 0]);
  });
});
