import { describe, expect, test } from '@jest/globals';
import { IDENTITY } from '../../../functions/core/geometry/affine.ts';
import { acquire } from '../../../functions/core/phantom/acquire.ts';
import { CONTRASTS } from '../../../functions/core/phantom/contrasts.ts';
import { createRandom } from '../../../functions/core/random.ts';
import type { Grid } from '../../../functions/core/volume/volume.ts';
import { makeBall, makeVolume, UNIT_AFFINE } from '../../helpers/factories.ts';

const NO_BIAS = new Float32Array(64 ** 3);
const contrast = { ...CONTRASTS.T1, scale: 1000, noise: 0 };

describe('a scan of a signal', () => {
  test('gives the signal in the scanner’s units inside the brain and zero outside', () => {
    const signal = makeBall([20, 20, 20], 7, 0.8);
    const brain = { ...signal, data: Uint8Array.from(signal.data, (value) => (value > 0 ? 1 : 0)) };
    const scan = acquire(signal, brain, signal, IDENTITY, contrast, NO_BIAS, createRandom(1));
    expect([...scan.data]).toEqual([...signal.data].map((value) => Math.round(1000 * value)));
  });

  test('averages over the thickness of a slice', () => {
    // Slices of 2 mm over planes of 1, 3 | 5, 7: means 2 and 6.
    const signal = makeVolume([4, 4, 4], (_i, _j, k) => 1 + 2 * k);
    const brain = { ...signal, data: new Uint8Array(64).fill(1) };
    const thick: Grid = { shape: [4, 4, 2], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0.5, 0, 0, 0, 1] };
    const scan = acquire(signal, brain, thick, IDENTITY, contrast, NO_BIAS, createRandom(1));
    expect([...new Set(scan.data.subarray(0, 16))]).toEqual([2000]);
    expect([...new Set(scan.data.subarray(16))]).toEqual([6000]);
  });

  test('does not let the darkness outside bleed into the brain’s edge', () => {
    const signal = makeVolume([8, 4, 4], (i) => (i < 5 ? 1 : 0));
    const brain = { ...signal, data: Uint8Array.from(signal.data) };
    const shifted: Grid = { shape: [8, 4, 4], affine: [1, 0, 0, 0.4, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
    const scan = acquire(signal, brain, shifted, IDENTITY, contrast, NO_BIAS, createRandom(1));
    expect([...scan.data.subarray(0, 8)]).toEqual([1000, 1000, 1000, 1000, 1000, 0, 0, 0]);
  });

  test('has Rician noise: where there is no signal but brain, its mean is σ √(π/2)', () => {
    const signal = makeVolume([30, 30, 30], () => 1e-9);
    const brain = { ...signal, data: new Uint8Array(27000).fill(1) };
    const noisy = { ...contrast, noise: 0.1 };
    const { data } = acquire(
      signal,
      brain,
      { shape: [30, 30, 30], affine: UNIT_AFFINE },
      IDENTITY,
      noisy,
      NO_BIAS,
      createRandom(2),
    );
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    // Standard error of the mean: 65.5 / √27000 = 0.4.
    expect(Math.abs(mean - 100 * Math.sqrt(Math.PI / 2))).toBeLessThan(2);
  });
});
