import { describe, expect, test } from '@jest/globals';
import { createFolds, createNoise, sampleNoise } from '../../../functions/core/phantom/noise.ts';
import { createRandom } from '../../../functions/core/random.ts';

describe('noise', () => {
  const noise = createNoise(createRandom(3));

  test('has mean 0 and standard deviation 1', () => {
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const square = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
    expect(mean).toBeCloseTo(0, 5);
    expect(square).toBeCloseTo(1, 5);
  });

  test('is at whole cells what is stored, and repeats every 64 cells without a seam', () => {
    expect(sampleNoise(noise, 5, 6, 7)).toBe(noise[5 + 64 * (6 + 64 * 7)]);
    const random = createRandom(4);
    for (let n = 0; n < 100; n++) {
      // Eighths of a cell: exact in binary, so that adding 64 rounds nothing.
      const [x, y, z] = [0, 1, 2].map(() => random.integer(512) / 8);
      expect(sampleNoise(noise, x - 64, y + 64, z + 128)).toBe(sampleNoise(noise, x, y, z));
    }
  });

  test('crosses zero as often along a line as theory says', () => {
    // Rice: correlation exp(-r²/4σ²) crosses zero every π √2 σ = 8.9 cells for σ = 2.
    let crossings = 0;
    for (let row = 0; row < 64 * 64; row++)
      for (let i = 0; i < 64; i++) if (noise[64 * row + i] * noise[64 * row + ((i + 1) % 64)] < 0) crossings++;
    const expected = 64 ** 3 / (Math.PI * Math.SQRT2 * 2);
    expect(crossings / expected).toBeGreaterThan(0.9);
    expect(crossings / expected).toBeLessThan(1.1);
  });

  test('folds tell the distance to where they cross zero', () => {
    const folds = createFolds(createRandom(5));
    const slopes: number[] = [];
    for (let k = 1; k < 63; k += 3)
      for (let j = 1; j < 63; j += 3)
        for (let i = 1; i < 63; i += 3) {
          const at = (x: number, y: number, z: number) => sampleNoise(folds, x, y, z);
          if (Math.abs(at(i, j, k)) > 0.3) continue;
          const along = [
            at(i + 1, j, k) - at(i - 1, j, k),
            at(i, j + 1, k) - at(i, j - 1, k),
            at(i, j, k + 1) - at(i, j, k - 1),
          ];
          slopes.push(Math.hypot(...along) / 2);
        }
    slopes.sort((a, b) => a - b);
    expect(slopes.length).toBeGreaterThan(300);
    expect(slopes[slopes.length >> 1]).toBeGreaterThan(0.85);
    expect(slopes[slopes.length >> 1]).toBeLessThan(1.15);
  });
});
