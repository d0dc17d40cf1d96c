import { describe, expect, test } from '@jest/globals';
import { createRandom } from '../../../functions/core/random.ts';
import type { Dhw } from '../../../functions/core/tiling/dhw.ts';
import { reversed } from '../../../functions/core/tiling/dhw.ts';
import { importanceWeights, PEAK_WEIGHT } from '../../../functions/core/tiling/importance.ts';
import type { Tile } from '../../../functions/core/tiling/plan-tiles.ts';
import { planTiles } from '../../../functions/core/tiling/plan-tiles.ts';
import type { StitchPlan } from '../../../functions/core/tiling/stitch.ts';
import { Stitcher } from '../../../functions/core/tiling/stitch.ts';
import { planeOffset } from '../../../functions/core/tiling/tile-rows.ts';

const PLAN: StitchPlan = { shape: [13, 11, 9], tile: [6, 5, 8], dims: 3, channels: 2 };
const SLABS: StitchPlan = { ...PLAN, tile: [4, 16, 8], dims: 2 };
const tilesOf = ({ shape, tile, dims }: StitchPlan) =>
  planTiles(shape, tile, [dims === 3 ? 0.5 : 0, 0.5, 0.5], new Uint8Array(13 * 11 * 9).fill(1));

/** What a model says of a tile that says of every voxel what `field` has there: 0 to 255 by region and grid index. */
function predict(
  { shape: [ni, nj, nk], tile, dims, channels }: StitchPlan,
  origin: Dhw,
  field: Uint8Array[],
): Uint8Array {
  const out = new Uint8Array(channels * tile[0] * tile[1] * tile[2]);
  const layout = { dims, tile, channels };
  for (let r = 0; r < channels; r++)
    for (let d = 0; d < tile[0]; d++)
      for (let h = 0; h < tile[1]; h++)
        for (let w = 0; w < tile[2]; w++) {
          const [k, j, i] = [origin[0] + d, origin[1] + h, origin[2] + w];
          const inside = i >= 0 && i < ni && j >= 0 && j < nj && k >= 0 && k < nk;
          // In the padding a model may say anything.
          out[planeOffset(layout, r, d) + h * tile[2] + w] = inside ? field[r][i + ni * (j + nj * k)] : 255;
        }
  return out;
}

const randomBytes = (n: number, seed: number) => {
  const random = createRandom(seed);
  return Uint8Array.from({ length: n }, () => random.integer(256));
};

describe('stitching', () => {
  for (const plan of [PLAN, SLABS])
    test(`gives back any field that all tiles agree on, in ${plan.dims}D`, () => {
      const field = [randomBytes(13 * 11 * 9, 1), randomBytes(13 * 11 * 9, 2)];
      const stitcher = new Stitcher(plan);
      for (const { origin } of tilesOf(plan)) stitcher.add(origin, predict(plan, origin, field));
      for (const [r, probability] of stitcher.probabilities().entries())
        expect(probability).toEqual(Float32Array.from(field[r], (v) => v / 255));
    });

  for (const plan of [PLAN, SLABS])
    test(`is the same bit for bit in 50 random orders with duplicates, in ${plan.dims}D`, () => {
      const tiles = tilesOf(plan).map(({ origin }, n) => ({
        origin,
        prediction: randomBytes(plan.channels * plan.tile[0] * plan.tile[1] * plan.tile[2], n),
      }));
      const random = createRandom('order');
      const stitched = (order: typeof tiles) => {
        const stitcher = new Stitcher(plan);
        for (const { origin, prediction } of order) stitcher.add(origin, prediction);
        return stitcher.probabilities();
      };
      const first = stitched(tiles);
      for (let n = 0; n < 50; n++) {
        const repeated = tiles.filter(() => random.uniform() < 0.3);
        expect(stitched(random.shuffle([...tiles, ...repeated]))).toEqual(first);
      }
    });

  test('weighs two tiles by their Gaussians, by hand', () => {
    // One row of 6 voxels, tiles of 4 at 0 and 2: voxel 2 is third in the one and first in the other.
    const plan: StitchPlan = { shape: [6, 1, 1], tile: [1, 1, 4], dims: 3, channels: 1 };
    const stitcher = new Stitcher(plan);
    stitcher.add([0, 0, 0], Uint8Array.from([255, 255, 255, 255]));
    stitcher.add([0, 0, 2], Uint8Array.from([0, 0, 0, 0]));
    const [p] = stitcher.probabilities();
    // sigma 0.5: middle voxels exp(-0.5) -> 1, outer ones exp(-4.5) / exp(-0.5) = exp(-4) = 0.0183 -> 1,200 of 65,536.
    const share = 65536 / (65536 + 1200);
    expect([...p]).toEqual([1, 1, Math.fround(share), Math.fround(1 - share), 0, 0]);
  });

  test('leaves 0 where no tile was', () => {
    const stitcher = new Stitcher({ shape: [4, 4, 4], tile: [2, 2, 2], dims: 3, channels: 1 });
    stitcher.add([2, 2, 2], new Uint8Array(8).fill(255));
    const [p] = stitcher.probabilities();
    expect(p.reduce((a, b) => a + b)).toBe(8);
    expect(p[0]).toBe(0);
    expect(p[63]).toBe(1);
  });

  test('refuses a prediction of another size, and more tiles once it has answered', () => {
    const stitcher = new Stitcher(PLAN);
    expect(() => stitcher.add([0, 0, 0], new Uint8Array(479))).toThrow('prediction of 479 values, not 480');
    stitcher.probabilities();
    expect(() => stitcher.add([0, 0, 0], new Uint8Array(480))).toThrow('already');
    expect(() => stitcher.probabilities()).toThrow('already');
  });

  test('says so when more tiles overlap than its sums can hold, instead of overflowing', () => {
    // Tiles of one voxel are all middle. Whole-numbered origins that differ but cover one voxel: a long tile's.
    const tile: Dhw = [1, 1, 4000];
    const stitcher = new Stitcher({ shape: [1, 1, 1], tile, dims: 3, channels: 1 });
    const prediction = new Uint8Array(4000).fill(255);
    for (let n = 0; n < 400; n++) stitcher.add([0, 0, n - 2200], prediction);
    expect(() => stitcher.probabilities()).toThrow('too many tiles overlap');
  });

  test('holds sums at an overlap of 0.9 in all directions', () => {
    const plan: StitchPlan = { shape: [30, 30, 30], tile: [20, 20, 20], dims: 3, channels: 1 };
    const stitcher = new Stitcher(plan);
    const tiles: Tile[] = planTiles(plan.shape, plan.tile, [0.9, 0.9, 0.9], new Uint8Array(27000).fill(1));
    expect(tiles).toHaveLength(216);
    for (const { origin } of tiles) stitcher.add(origin, new Uint8Array(8000).fill(255));
    expect(stitcher.probabilities()[0].every((p) => p === 1)).toBe(true);
  });
});

describe('stitching log-odds', () => {
  const plan: StitchPlan = { shape: [1, 1, 1], tile: [1, 1, 2], dims: 3, channels: 1, mean: 'log-odds' };

  test('gives the mean of two tiles by hand', () => {
    // 51/255 = 1/5 and 204/255 = 4/5 have the log-odds -ln 4 and ln 4: their mean is a half.
    // 51/255 and 127.5/255: (-ln 4 + 0) / 2 = -ln 2, which is 1/3; 127 and 128 stand on either side of the half.
    const stitched = (...values: number[]) => {
      const stitcher = new Stitcher({ ...plan, weights: 'constant' });
      for (const [n, value] of values.entries()) stitcher.add([0, 0, -n], Uint8Array.of(value, value));
      return stitcher.probabilities()[0][0];
    };
    expect(stitched(51, 204)).toBeCloseTo(0.5, 5);
    expect((stitched(51, 127) + stitched(51, 128)) / 2).toBeCloseTo(1 / 3, 2);
    expect(stitched(255)).toBeGreaterThan(0.998);
    expect(stitched(0)).toBe(0);
  });

  test('gives back what all tiles agree on, to a part of a 255th', () => {
    const wide: StitchPlan = { ...PLAN, mean: 'log-odds' };
    const field = [randomBytes(13 * 11 * 9, 1), randomBytes(13 * 11 * 9, 2)];
    const stitcher = new Stitcher(wide);
    for (const { origin } of tilesOf(wide)) stitcher.add(origin, predict(wide, origin, field));
    for (const [r, probability] of stitcher.probabilities().entries())
      for (const [n, p] of probability.entries()) expect(Math.abs(255 * p - field[r][n])).toBeLessThan(0.5);
  });
});

describe('stitching logarithms', () => {
  const plan: StitchPlan = {
    shape: [1, 1, 1],
    tile: [1, 1, 2],
    dims: 3,
    channels: 1,
    weights: 'constant',
    mean: 'log',
  };
  const stitched = (...values: number[]) => {
    const stitcher = new Stitcher(plan);
    for (const [n, value] of values.entries()) stitcher.add([0, 0, -n], Uint8Array.of(value, value));
    return stitcher.probabilities()[0][0];
  };

  test('gives the geometric mean of two tiles by hand', () => {
    expect(stitched(51, 204)).toBeCloseTo(Math.sqrt(0.2 * 0.8), 2);
    expect(stitched(255, 255)).toBeCloseTo(1, 6);
    expect(stitched(204)).toBeCloseTo(0.8, 2);
    expect(stitched(0)).toBeLessThan(0.001);
  });

  test('lets the same label win as the mean of logits does', () => {
    // Two tiles' logits of four labels; softmax by hand in code, argmax of the mean of logits is the expectation.
    const random = createRandom(7);
    let close = 0;
    for (let n = 0; n < 200; n++) {
      const tiles = [0, 1].map(() => Array.from({ length: 4 }, () => 6 * random.uniform() - 3));
      const bytes = tiles.map((logits) => {
        const all = logits.reduce((sum, l) => sum + Math.exp(l), 0);
        return logits.map((l) => Math.round((255 * Math.exp(l)) / all));
      });
      const means = tiles[0].map((l, c) => (l + tiles[1][c]) / 2);
      const [first, second] = [...means].sort((a, b) => b - a);
      if (first - second < 0.1) continue;
      const found = means.map((_, c) => stitched(bytes[0][c], bytes[1][c]));
      expect(found.indexOf(Math.max(...found))).toBe(means.indexOf(first));
      close++;
    }
    expect(close).toBeGreaterThan(100);
  });
});

describe('importance weights', () => {
  test("are MONAI's Gaussian map as whole numbers", () => {
    // compute_importance_map((6, 5, 4), mode="gaussian", sigma_scale=0.125) of MONAI 1.6.1, divided by its maximum.
    const weights = importanceWeights([6, 5, 4], 3);
    const at = (d: number, h: number, w: number) => weights[(d * 5 + h) * 4 + w] / PEAK_WEIGHT;
    const line = (n: number, value: (x: number) => number) => Array.from({ length: n }, (_, x) => value(x));
    const close = (got: number[], expected: number[]) => {
      for (const [n, value] of got.entries()) expect(value).toBeCloseTo(expected[n], 4);
    };
    close(
      line(4, (w) => at(2, 2, w)),
      [0.0183, 1, 1, 0.0183],
    );
    close(
      line(6, (d) => at(d, 2, 1)),
      [0.0048, 0.169, 1, 1, 0.169, 0.0048],
    );
    close(
      line(5, (h) => at(2, h, 1)),
      [0.006, 0.278, 1, 0.278, 0.006],
    );
  });

  test('are at least 1, at most the peak, and the same from either end', () => {
    const tile: Dhw = [12, 10, 9];
    const weights = importanceWeights(tile, 3);
    expect(weights.reduce((a, b) => Math.min(a, b))).toBe(1);
    expect(weights.reduce((a, b) => Math.max(a, b))).toBe(PEAK_WEIGHT);
    expect(weights.slice().reverse()).toEqual(weights);
  });

  test("peak on the upper middle voxel where they are nnU-Net's, and are 1 where they are constant", () => {
    // compute_gaussian((6, 5, 4)) of nnunetv2 2.8.1, along the last axis: its maximum stands at index 2 of 4.
    const weights = importanceWeights([6, 5, 4], 3, 'nnunet');
    const along = [0, 1, 2, 3].map((w) => weights[(3 * 5 + 2) * 4 + w] / PEAK_WEIGHT);
    for (const [w, value] of [0.0003, 0.1353, 1, 0.1353].entries()) expect(along[w]).toBeCloseTo(value, 4);
    expect(new Set(importanceWeights([6, 5, 4], 3, 'constant'))).toEqual(new Set([1]));
    // compute_importance_map((6, 5, 4), mode="gaussian") of MONAI 1.6.1 has 0.0020590 of its peak in the corners.
    expect(importanceWeights([6, 5, 4], 3, 'monai')[0] / PEAK_WEIGHT).toBeCloseTo(0.002059, 5);
  });

  test('are flat along the slices of a slab', () => {
    const weights = importanceWeights([3, 8, 8], 2);
    expect(weights.subarray(0, 64)).toEqual(weights.subarray(64, 128));
    expect(reversed([3, 8, 9])).toEqual([9, 8, 3]);
  });
});
