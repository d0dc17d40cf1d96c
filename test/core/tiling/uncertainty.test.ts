import { describe, expect, test } from '@jest/globals';
import { entropyBits, meanEntropyBits, uncertaintyMap } from '../../../functions/core/tiling/uncertainty.ts';

describe('uncertainty', () => {
  test('is the entropy in bits, by hand', () => {
    expect(entropyBits(0.5)).toBe(1);
    expect(entropyBits(0.25)).toBeCloseTo(0.25 * 2 + 0.75 * Math.log2(4 / 3), 12);
    expect(entropyBits(0.11)).toBeCloseTo(0.4999, 4); // the textbook's half bit
    expect([entropyBits(0), entropyBits(1)]).toEqual([0, 0]);
  });

  test('maps 0 to 1 bit onto 0 to 255, at each voxel within half a step and the table', () => {
    const p = Float32Array.from({ length: 10_001 }, (_, n) => n / 10_000);
    const map = uncertaintyMap(p);
    expect([map[0], map[5_000], map[10_000]]).toEqual([0, 255, 0]);
    for (const [n, value] of map.entries())
      expect(Math.abs(value / 255 - entropyBits(p[n]))).toBeLessThan(0.003 + 0.5 / 255);
  });

  test('is averaged inside the tumour, and nowhere when there is none', () => {
    const map = Uint8Array.from([255, 51, 102, 200]);
    expect(meanEntropyBits(map, Uint8Array.from([0, 1, 4, 0]))).toBeCloseTo(0.3, 12);
    expect(meanEntropyBits(map, new Uint8Array(4))).toBeNull();
  });
});
