import { describe, expect, test } from '@jest/globals';
import { squaredDistancesMm2 } from '../../../functions/core/evaluation/distance-transform.ts';
import { surfaceOf } from '../../../functions/core/evaluation/surface-distances.ts';
import { createRandom } from '../../../functions/core/random.ts';
import type { Vec3 } from '../../../functions/core/volume/volume.ts';
import { GRID, REFERENCE } from './two-masks.ts';

/** Every voxel against every seed. */
function byBruteForce(seeds: Uint8Array, [ni, nj]: Vec3, [sx, sy, sz]: Vec3): number[] {
  const place = (n: number) => [sx * (n % ni), sy * (Math.floor(n / ni) % nj), sz * Math.floor(n / (ni * nj))];
  const places = [...seeds.keys()].filter((n) => seeds[n] !== 0).map(place);
  return Array.from(seeds, (_, n) => {
    const [x, y, z] = place(n);
    return places.reduce((least, [a, b, c]) => Math.min(least, (x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2), Infinity);
  });
}

describe('the distance transform', () => {
  test('is exact against brute force for voxels of any size and seeds of any density', () => {
    const random = createRandom(21);
    const spacings: Vec3[] = [
      [1, 1, 1],
      [0.9, 1.1, 5.5],
      [3, 0.5, 0.7],
    ];
    for (const [s, shape] of (
      [
        [9, 8, 7],
        [1, 10, 12],
        [17, 1, 1],
      ] as Vec3[]
    ).entries())
      for (const density of [0.01, 0.1, 0.7]) {
        const seeds = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () =>
          random.uniform() < density ? 1 : 0,
        );
        const expected = byBruteForce(seeds, shape, spacings[s]);
        for (const [n, d] of squaredDistancesMm2(seeds, shape, spacings[s]).entries())
          if (expected[n] === Infinity) expect(d).toBe(Infinity);
          else expect(d).toBeCloseTo(expected[n], 3);
      }
  });

  test('is infinite everywhere when there is no seed', () => {
    expect([...squaredDistancesMm2(new Uint8Array(8), [2, 2, 2], [1, 1, 1])]).toEqual(new Array(8).fill(Infinity));
  });

  test('sums to what scipy.ndimage.distance_transform_edt gives on two lesions and an ellipsoid', () => {
    const squares = squaredDistancesMm2(surfaceOf(REFERENCE, GRID.shape), GRID.shape, [1, 1.2, 2]);
    const sum = squares.reduce((total, d) => total + Math.sqrt(d), 0);
    expect(sum).toBeCloseTo(816965.42453, 1); // scipy 1.17
  });
});

describe('the surface of a mask', () => {
  test('is what its erosion by six neighbours takes away, counted by scipy', () => {
    expect(surfaceOf(REFERENCE, GRID.shape).reduce((a, b) => a + b)).toBe(1042);
  });

  test('counts the border of the volume as outside', () => {
    expect(surfaceOf(new Uint8Array(27).fill(1), [3, 3, 3]).reduce((a, b) => a + b)).toBe(26);
  });
});
