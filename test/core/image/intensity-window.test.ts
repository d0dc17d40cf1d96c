import { describe, expect, test } from '@jest/globals';
import { balancedWindowOf, greyOf, sampleOf, windowOf } from '../../../functions/core/image/intensity-window.ts';
import type { Volume } from '../../../functions/core/volume/volume.ts';

const volumeOf = (data: Float32Array): Volume => ({
  data,
  shape: [data.length, 1, 1],
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
});

describe('windowOf', () => {
  test('takes percentiles of what is not zero', () => {
    const data = new Float32Array(3001); // 2,000 zeros, then 0 to 1000
    for (let n = 0; n <= 1000; n++) data[2000 + n] = n;
    expect(windowOf(volumeOf(data), [10, 90])).toEqual({ low: 101, high: 900 });
  });

  test('is not moved by a few hot voxels', () => {
    const data = Float32Array.from({ length: 10000 }, (_, n) => 100 + (n % 100));
    data[17] = 1e6;
    data[4711] = 3e7;
    expect(windowOf(volumeOf(data)).high).toBe(199);
  });

  test('has width even where all values are equal, or there are none', () => {
    expect(windowOf(volumeOf(new Float32Array(50).fill(7)))).toEqual({ low: 7, high: 8 });
    expect(windowOf(volumeOf(new Float32Array(50)))).toEqual({ low: 0, high: 1 });
  });
});

test('sampleOf leaves out what is not finite', () => {
  expect([...sampleOf(Float32Array.of(1, Number.NaN, 0, -2, Number.POSITIVE_INFINITY), 5)]).toEqual([1, -2]);
});

describe('greyOf', () => {
  test('is black at the bottom, white at the top, and clamps beyond', () => {
    const window = { low: -10, high: 90 };
    expect([-50, -10, 40, 90, 1e9].map((v) => greyOf(v, window))).toEqual([0, 0, 128, 255, 255]);
    expect(greyOf(Number.NaN, window)).toBe(0);
  });

  test('draws the median of two unlike sequences equally bright when they are balanced', () => {
    const bright = Float32Array.from({ length: 999 }, (_, n) => 500 + 5 * n);
    const dark = Float32Array.from({ length: 999 }, (_, n) => 10 + (n / 999) ** 4 * 1000);
    const medianGrey = (data: Float32Array, floor: number) => {
      const tissue = data.filter((v) => v > floor);
      return greyOf(tissue[tissue.length >> 1], balancedWindowOf(volumeOf(data), 0.4));
    };
    // 8 % of the window counts as air: left out of the median here as there.
    expect(medianGrey(bright, 500 + 0.08 * 4990)).toBeCloseTo(102, -0.5);
    expect(medianGrey(dark, 10 + 0.08 * 980)).toBeCloseTo(102, -0.5);
  });
});
