import { describe, expect, test } from '@jest/globals';
import { apply, invert, multiply } from '../../../functions/core/geometry/affine.ts';
import { createRandom } from '../../../functions/core/random.ts';
import { resample } from '../../../functions/core/volume/resample.ts';
import type { Affine, Grid, Vec3, Volume } from '../../../functions/core/volume/volume.ts';
import { voxelsIn } from '../../../functions/core/volume/volume.ts';

const scaled = (x: number, y: number, z: number, tx = 0, ty = 0, tz = 0): Affine => {
  return [x, 0, 0, tx, 0, y, 0, ty, 0, 0, z, tz, 0, 0, 0, 1];
};

/** A volume whose values are a function of world position. */
function painted(grid: Grid, value: (point: Vec3) => number): Volume {
  const [ni, nj] = grid.shape;
  const at = (n: number): Vec3 => [n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))];
  const data = Float32Array.from({ length: voxelsIn(grid.shape) }, (_, n) => value(apply(grid.affine, at(n))));
  return { ...grid, data };
}

function noise(shape: Vec3, affine: Affine, seed = 1): Volume {
  const random = createRandom(seed);
  return { shape, affine, data: Float32Array.from({ length: voxelsIn(shape) }, () => random.uniform(-100, 100)) };
}

const ramp = ([x, y, z]: Vec3) => 3 * x - 2 * y + 0.5 * z + 7;

/** Turned by 0.3 around z and by 0.2 around x, and shifted. */
const TURN: Affine = multiply(
  [Math.cos(0.3), -Math.sin(0.3), 0, 2.5, Math.sin(0.3), Math.cos(0.3), 0, -1.25, 0, 0, 1, 0.75, 0, 0, 0, 1],
  [1, 0, 0, 0, 0, Math.cos(0.2), -Math.sin(0.2), 0, 0, Math.sin(0.2), Math.cos(0.2), 0, 0, 0, 0, 1],
);

describe('resampling onto the same voxels', () => {
  const source = noise([5, 6, 7], scaled(-1, 2, 3, 10, 20, 30));

  test('copies bit for bit onto its own grid', () => {
    expect(resample(source, source).data).toEqual(source.data);
  });

  test('copies when grids differ by the rounding of a header only', () => {
    const target = { ...source, affine: source.affine.map((x, n) => (n < 12 ? x + 1e-6 : x)) };
    expect(resample(source, target).data).toEqual(source.data);
  });

  test('permutes and flips axes without changing a value, and back', () => {
    // Target (i, j, k) is source (4 - k, i, 6 - j).
    const turn: Affine = [0, 0, -1, 4, 1, 0, 0, 0, 0, -1, 0, 6, 0, 0, 0, 1];
    const target: Grid = { shape: [6, 7, 5], affine: multiply(source.affine, turn) };
    const turned = resample(source, target);
    // Target (1, 2, 3): source (1, 1, 4) = 1 + 5 · (1 + 6 · 4).
    expect(turned.data[1 + 6 * (2 + 7 * 3)]).toBe(source.data[126]);
    expect(resample(turned, source).data).toEqual(source.data);
  });

  test('puts the outside value where a shifted grid has no source', () => {
    const target: Grid = { shape: [3, 6, 7], affine: multiply(source.affine, scaled(1, 1, 1, 3)) };
    const { data } = resample(source, target, undefined, { outside: -1 });
    expect([...data.subarray(0, 3)]).toEqual([source.data[3], source.data[4], -1]);
  });
});

describe('linear interpolation', () => {
  test('is exact for a linear ramp, under any rigid map and any spacing', () => {
    const source = painted({ shape: [20, 22, 18], affine: scaled(1.5, -1, 2, -15, 11, -18) }, ramp);
    const target: Grid = { shape: [9, 8, 7], affine: scaled(-0.7, 0.8, 0.9, 3, -3, -3) };
    const { data } = resample(source, target, TURN);
    const expected = painted(target, (point) => ramp(apply(TURN, point)));
    for (const [n, value] of data.entries()) expect(value).toBeCloseTo(expected.data[n], 3);
  });

  test('is the weighted mean of eight neighbours, the outermost voxels repeated beyond the edge', () => {
    const source = noise([6, 5, 4], scaled(1, 1, 1));
    const [ni, nj, nk] = source.shape;
    const target: Grid = { shape: [12, 11, 9], affine: multiply(TURN, scaled(0.6, 0.6, 0.6, -3, -0.5, -1)) };
    const voxel = (i: number, j: number, k: number) => {
      const inside = (at: number, n: number) => Math.min(Math.max(at, 0), n - 1);
      return source.data[inside(i, ni) + ni * (inside(j, nj) + nj * inside(k, nk))];
    };
    const expected = painted(target, (point) => {
      if (point.some((x, axis) => x < -0.5 || x > source.shape[axis] - 0.5)) return 0;
      let sum = 0;
      for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
        const at = point.map((x, axis) => Math.floor(x) + ((corner >> axis) & 1));
        const weight = point.reduce((product, x, axis) => product * (1 - Math.abs(x - at[axis])), 1);
        sum += weight * voxel(at[0], at[1], at[2]);
      }
      return sum;
    });
    const { data } = resample(source, target);
    for (const [n, value] of data.entries()) expect(value).toBeCloseTo(expected.data[n], 3);
    expect(data.filter((value) => value !== 0).length).toBeGreaterThan(100);
  });

  test('mixes two neighbours by their distance, by hand', () => {
    const source: Volume = { shape: [3, 1, 1], affine: scaled(1, 1, 1), data: Float32Array.from([10, 20, 40]) };
    const at = (x: number) => resample(source, { shape: [1, 1, 1], affine: scaled(1, 1, 1, x) }).data[0];
    expect(at(0.25)).toBe(12.5);
    expect(at(1.5)).toBe(30);
    expect(at(1.9)).toBeCloseTo(38, 4);
  });

  test('keeps the outermost value for half a voxel, and ends there', () => {
    const source: Volume = { shape: [3, 1, 1], affine: scaled(1, 1, 1), data: Float32Array.from([10, 20, 40]) };
    const target: Grid = { shape: [8, 1, 1], affine: scaled(0.5, 1, 1, -0.7) };
    // -0.7 | -0.2 0.3 0.8 1.3 1.8 2.3 | 2.8
    const { data } = resample(source, target, undefined, { outside: 99 });
    const expected = [99, 10, 13, 18, 26, 36, 40, 99];
    for (const [n, value] of data.entries()) expect(value).toBeCloseTo(expected[n], 4);
  });

  test('interpolates between thick slices and holds the outermost ones', () => {
    const source = painted({ shape: [4, 4, 3], affine: scaled(1, 1, 5) }, ([, , z]) => z);
    const target: Grid = { shape: [4, 4, 14], affine: scaled(1, 1, 1, 0, 0, -2) };
    const column = Array.from({ length: 14 }, (_, k) => resample(source, target).data[5 + 16 * k]);
    for (const [k, value] of column.entries()) expect(value).toBeCloseTo(Math.min(10, Math.max(0, k - 2)), 4);
  });

  test('fills what lies outside however the target is turned', () => {
    const source = painted({ shape: [10, 10, 10], affine: scaled(1, 1, 1) }, () => 5);
    const target: Grid = { shape: [30, 30, 30], affine: scaled(1, 1, 1, -10, -10, -10) };
    const { data } = resample(source, target, TURN, { outside: -3 });
    const inverse = invert(target.affine);
    const points = painted(target, (point) => {
      const inside = apply(TURN, point).every((x) => x >= -0.5 && x <= 9.5);
      return inside ? 5 : -3;
    });
    expect(apply(inverse, [-10, -10, -10]).map(Math.abs)).toEqual([0, 0, 0]);
    expect(data).toEqual(points.data);
    expect(data.filter((v) => v === 5).length).toBeGreaterThan(900); // about the 1,000 of the source
  });

  test('does not depend on the numeric type of the source', () => {
    const floats = noise([6, 7, 8], scaled(1, 1, 1), 4);
    floats.data.forEach((v, n) => {
      floats.data[n] = Math.round(v);
    });
    const target: Grid = { shape: [6, 7, 8], affine: scaled(0.9, 0.9, 0.9) };
    const shorts = { ...floats, data: Int16Array.from(floats.data) };
    expect(resample(shorts, target, TURN).data).toEqual(resample(floats, target, TURN).data);
  });
});

describe('nearest neighbour', () => {
  test('never makes a label that was not there', () => {
    const random = createRandom(8);
    const data = Uint8Array.from({ length: 512 }, () => [0, 1, 2, 4][random.integer(4)]);
    const { data: out } = resample(
      { shape: [8, 8, 8], affine: scaled(1, 1, 1), data },
      { shape: [16, 16, 16], affine: scaled(0.45, 0.45, 0.45) },
      TURN,
      { interpolation: 'nearest' },
    );
    expect([...new Set(out)].sort()).toEqual([0, 1, 2, 4]);
  });

  test('picks the voxel whose centre is nearest', () => {
    const source: Volume = { shape: [3, 1, 1], affine: scaled(1, 1, 1), data: Float32Array.from([10, 20, 40]) };
    const target: Grid = { shape: [8, 1, 1], affine: scaled(0.5, 1, 1, -0.7) };
    const { data } = resample(source, target, undefined, { interpolation: 'nearest' });
    expect([...data]).toEqual([0, 10, 10, 20, 20, 40, 40, 0]);
  });
});
