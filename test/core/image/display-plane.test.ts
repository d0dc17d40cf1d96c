import { describe, expect, test } from '@jest/globals';
import { apply, invert } from '../../../functions/core/geometry/affine.ts';
import {
  cutSlice,
  EDGES,
  PLANES,
  type Plane,
  planeGrid,
  sliceAxis,
} from '../../../functions/core/image/display-plane.ts';
import type { Slice } from '../../../functions/core/image/raster.ts';
import type { Affine, Vec3, Volume } from '../../../functions/core/volume/volume.ts';

/** The 48 ways in which voxel axes can lie along the world's: which world axis each takes, and in which direction. */
const ORIENTATIONS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
].flatMap((axes) => [0, 1, 2, 3, 4, 5, 6, 7].map((flips) => ({ axes, flips })));

/** Patient's left, front, top: x is negative, y and z positive. */
const LEFT_ANTERIOR_SUPERIOR: Vec3 = [-14, 18, 11];

/** 24 × 28 × 20 voxels (whatever axes these are) of 2 mm about the world's origin. */
function affineOf(axes: readonly number[], flips: number, shape: Vec3): Affine {
  const affine = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  axes.forEach((world, axis) => {
    const step = flips & (1 << axis) ? -2 : 2;
    affine[4 * world + axis] = step;
    affine[4 * world + 3] = (-step * (shape[axis] - 1)) / 2;
  });
  return affine;
}

/** Zero but for the voxel that holds the marker's place. */
function markedVolume(affine: Affine, shape: Vec3): { volume: Volume; voxel: Vec3 } {
  const [i, j, k] = apply(invert(affine), LEFT_ANTERIOR_SUPERIOR).map(Math.round);
  const data = new Float32Array(shape[0] * shape[1] * shape[2]);
  data[i + shape[0] * (j + shape[1] * k)] = 1;
  return { volume: { data, shape, affine }, voxel: [i, j, k] };
}

/** Where the only bright pixel is, as shares of width and height. */
function brightest({ data, width, height }: Slice): [number, number] {
  const n = data.indexOf(1);
  expect(n).toBeGreaterThanOrEqual(0);
  return [((n % width) + 0.5) / width, (Math.floor(n / width) + 0.5) / height];
}

function cut(volume: Volume, voxel: Vec3, plane: Plane): Slice {
  return cutSlice(volume, planeGrid(volume, plane, voxel[sliceAxis(volume.affine, plane).axis]));
}

describe('the radiological display', () => {
  test.each(ORIENTATIONS)(
    'shows the left front upper marker at its place with axes $axes, flips $flips',
    ({ axes, flips }) => {
      const world = [24, 28, 20];
      const shape: Vec3 = [world[axes[0]], world[axes[1]], world[axes[2]]];
      const { volume, voxel } = markedVolume(affineOf(axes, flips, shape), shape);

      const [axialX, axialY] = brightest(cut(volume, voxel, 'axial'));
      const [coronalX, coronalY] = brightest(cut(volume, voxel, 'coronal'));
      const [sagittalX, sagittalY] = brightest(cut(volume, voxel, 'sagittal'));

      // 14 of 24 mm to the left of the middle: patient's left is on the viewer's right.
      expect(axialX).toBeCloseTo(0.5 + 14 / 48, 1);
      expect(coronalX).toBeCloseTo(0.5 + 14 / 48, 1);
      // 18 of 28 mm in front: up in axial, left (where the nose points) in sagittal.
      expect(axialY).toBeCloseTo(0.5 - 18 / 56, 1);
      expect(sagittalX).toBeCloseTo(0.5 - 18 / 56, 1);
      // 11 of 20 mm above the middle.
      expect(coronalY).toBeCloseTo(0.5 - 11 / 40, 1);
      expect(sagittalY).toBeCloseTo(0.5 - 11 / 40, 1);
    },
  );

  test('reads a BraTS array (LPS) as it lies: x is i, y is j in axial; z runs up in coronal', () => {
    const shape: Vec3 = [4, 5, 6];
    const data = Float32Array.from({ length: 120 }, (_, n) => n + 1);
    const volume = { data, shape, affine: [-1, 0, 0, 0, 0, -1, 0, 239, 0, 0, 1, 0, 0, 0, 0, 1] };
    const at = (i: number, j: number, k: number) => data[i + 4 * (j + 5 * k)];

    const axial = cutSlice(volume, planeGrid(volume, 'axial', 2));
    const coronal = cutSlice(volume, planeGrid(volume, 'coronal', 3));
    const sagittal = cutSlice(volume, planeGrid(volume, 'sagittal', 1));

    expect([axial.width, axial.height]).toEqual([4, 5]);
    expect(axial.data[3 + 4 * 1]).toBe(at(3, 1, 2));
    expect([coronal.width, coronal.height]).toEqual([4, 6]);
    expect(coronal.data[3 + 4 * 0]).toBe(at(3, 3, 5));
    expect([sagittal.width, sagittal.height]).toEqual([5, 6]);
    expect(sagittal.data[0 + 5 * 5]).toBe(at(1, 0, 0));
  });

  test('turns a RAS array round: patient’s right, the highest i, comes first', () => {
    const data = Float32Array.from({ length: 120 }, (_, n) => n + 1);
    const volume: Volume = { data, shape: [4, 5, 6], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
    const axial = cutSlice(volume, planeGrid(volume, 'axial', 0));
    expect(axial.data[0]).toBe(data[3 + 4 * 4]); // i = 3, j = 4: right front
  });

  test.each(PLANES)('puts %s pixels in the world where the edges say', (plane) => {
    const volume = { shape: [24, 28, 20] as Vec3, affine: affineOf([0, 1, 2], 5, [24, 28, 20]) };
    const { affine, shape } = planeGrid(volume, plane, 9);
    const [from, right, down] = [apply(affine, [0, 0, 0]), apply(affine, [1, 0, 0]), apply(affine, [0, 1, 0])];
    const toward = (letter: string) => ({
      axis: { R: 0, L: 0, A: 1, P: 1, S: 2, I: 2 }[letter]!,
      sign: 'RAS'.includes(letter) ? 1 : -1,
    });
    const x = toward(EDGES[plane].right);
    const y = toward(EDGES[plane].bottom);
    expect(Math.sign(right[x.axis] - from[x.axis])).toBe(x.sign);
    expect(Math.sign(down[y.axis] - from[y.axis])).toBe(y.sign);
    expect(shape[2]).toBe(1);
  });
});

describe('planeGrid', () => {
  const thick: Volume = {
    data: Float32Array.from({ length: 8 * 8 * 3 }, (_, n) => Math.floor(n / 64)),
    shape: [8, 8, 3],
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1],
  };

  test('makes pixels square: three slices of 5 mm are 15 pixels of 1 mm high, and shaded between', () => {
    const { data, width, height } = cutSlice(thick, planeGrid(thick, 'coronal', 4));
    expect([width, height]).toEqual([8, 15]);
    // Slice centres lie at 2.5, 7.5 and 12.5 mm from the bottom: pixels 2, 7 and 12, counted from below.
    expect([2, 7, 12].map((y) => data[width * (14 - y)])).toEqual([0, 1, 2]);
    expect(data[width * (14 - 5)]).toBeCloseTo(0.6);
  });

  test('zooms without moving: the middle of the field of view stays where it is', () => {
    for (const pixelMm of [0.3, 0.5, 2]) {
      const { affine, shape } = planeGrid(thick, 'axial', 1, { pixelMm });
      const middle = apply(affine, [(shape[0] - 1) / 2, (shape[1] - 1) / 2, 0]);
      for (const [axis, expected] of [3.5, 3.5, 5].entries()) expect(middle[axis]).toBeCloseTo(expected, 10);
    }
  });

  test('shows only the box', () => {
    const grid = planeGrid(thick, 'axial', 1, { box: { start: [2, 3, 0], end: [5, 8, 3] } });
    expect(grid.shape).toEqual([3, 5, 1]);
    // Upper left: patient's right (i = 4) and front (j = 7).
    for (const [axis, mm] of apply(grid.affine, [0, 0, 0]).entries()) expect(mm).toBeCloseTo([4, 7, 5][axis], 10);
  });

  test('keeps nearest-neighbour labels whole', () => {
    const { data } = cutSlice(thick, planeGrid(thick, 'coronal', 4, { pixelMm: 0.7 }), undefined, {
      interpolation: 'nearest',
    });
    expect(new Set(data)).toEqual(new Set([0, 1, 2]));
  });
});
