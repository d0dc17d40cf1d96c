import { describe, expect, test } from '@jest/globals';
import { straightGrid, toItkImage } from '../../../functions/adapters/elastix/itk-image.ts';
import { apply } from '../../../functions/core/geometry/affine.ts';
import type { Affine, Vec3 } from '../../../functions/core/volume/volume.ts';
import { makeVolume } from '../../helpers/factories.ts';

/** Where ITK puts a voxel: origin + direction · (spacing × index), in LPS; back in RAS. */
function itkPoint({ origin, direction, spacing }: ReturnType<typeof toItkImage>, voxel: Vec3): Vec3 {
  const along = voxel.map((n, axis) => n * spacing[axis]);
  const [x, y, z] = [0, 1, 2].map(
    (r) => origin[r] + [0, 1, 2].reduce((s, a) => s + Number(direction[3 * r + a]) * along[a], 0),
  );
  return [-x, -y, z];
}

const AFFINES: [string, Affine][] = [
  ['plain', [1, 0, 0, -5, 0, 2, 0, 7, 0, 0, 3, 11, 0, 0, 0, 1]],
  ['left-handed', [-1, 0, 0, 90, 0, 1, 0, -126, 0, 0, 1, -72, 0, 0, 0, 1]],
  ['permuted', [0, 0, 2, 1, -1, 0, 0, 2, 0, 3, 0, 3, 0, 0, 0, 1]],
  // Columns (3, 4, 0)/5 · 2, (-4, 3, 0)/5 · 1, (0, 0, 1) · 5: at right angles.
  ['oblique', [1.2, -0.8, 0, 10, 1.6, 0.6, 0, -20, 0, 0, 5, 30, 0, 0, 0, 1]],
];

describe('toItkImage', () => {
  test.each(AFFINES)(
    'puts every voxel of a %s grid where the affine does, with unit directions at right angles',
    (_, affine) => {
      const volume = makeVolume([4, 5, 6], (i, j, k) => i + 10 * j + 100 * k, affine);
      const image = toItkImage(volume);
      for (const voxel of [
        [0, 0, 0],
        [3, 4, 5],
        [1, 0, 2],
      ] as Vec3[])
        for (const [axis, mm] of itkPoint(image, voxel).entries())
          expect(mm).toBeCloseTo(apply(affine, voxel)[axis], 6);
      const d = Array.from(image.direction, Number);
      for (const [a, b] of [
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 1],
        [0, 2],
        [1, 2],
      ])
        expect(d[a] * d[b] + d[3 + a] * d[3 + b] + d[6 + a] * d[6 + b]).toBeCloseTo(a === b ? 1 : 0, 12);
      expect(image.data).toEqual(volume.data);
    },
  );

  test('copies a view of a larger buffer, of which the library would take the whole', () => {
    const data = new Float32Array(16).subarray(8);
    const image = toItkImage({ shape: [2, 2, 2], affine: AFFINES[0][1], data });
    expect(image.data?.buffer.byteLength).toBe(32);
  });

  test('resamples a sheared grid onto a straight one that still shows the same world', () => {
    const ramp = makeVolume(
      [12, 12, 12],
      (i, j) => 10 + 2 * (i + 0.2 * j) + 3 * j,
      [1, 0.2, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    );
    const image = toItkImage(ramp); // value at a world point is 10 + 2 x + 3 y
    const voxel: Vec3 = image.size.map((n) => n >> 1) as unknown as Vec3;
    const [x, y] = itkPoint(image, voxel);
    const [ni, nj] = image.size;
    expect(image.data?.[voxel[0] + ni * (voxel[1] + nj * voxel[2])]).toBeCloseTo(10 + 2 * x + 3 * y, 3);
  });
});

describe('straightGrid', () => {
  test('spreads a shear evenly over both axes: the nearest rotation to 0.2 of shear is half of atan 0.2', () => {
    const unit = Math.hypot(0.2, 1);
    const { affine } = straightGrid({
      shape: [3, 3, 3],
      affine: [1, 0.2 / unit, 0, 0, 0, 1 / unit, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    });
    // The second axis leans over the first by atan 0.2; the nearest right angle turns both by half of it.
    expect(Math.atan2(affine[4], affine[0])).toBeCloseTo(-Math.atan(0.2) / 2, 12);
  });
});
