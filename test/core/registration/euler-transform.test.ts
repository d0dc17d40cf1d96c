import { describe, expect, test } from '@jest/globals';
import { apply, determinant } from '../../../functions/core/geometry/affine.ts';
import {
  type EulerTransform,
  eulerToMatrix,
  parseEulerTransform,
} from '../../../functions/core/registration/euler-transform.ts';
import type { Vec3 } from '../../../functions/core/volume/volume.ts';

const TURNED: EulerTransform = { parameters: [0.1, -0.2, 0.3, 4, -5, 6], centre: [10, 20, -30], computeZyx: false };

/** Points carried by SimpleITK 2's own Euler3DTransform, their x and y negated on the way in and out. */
const BY_ITK: readonly { computeZyx: boolean; from: Vec3; to: Vec3 }[] = [
  { computeZyx: false, from: [0, 0, 0], to: [-5.632889276, 11.283615617, 1.281673367] },
  { computeZyx: false, from: [50, -20, 30], to: [52.182161451, 10.371939333, 22.649610933] },
  { computeZyx: true, from: [0, 0, 0], to: [-6.116550501, 11.404104436, 1.311548608] },
  { computeZyx: true, from: [50, -20, 30], to: [51.738306574, 11.605288537, 22.590059784] },
];

describe('eulerToMatrix', () => {
  test.each(BY_ITK)('carries $from as ITK does, ComputeZYX $computeZyx', ({ computeZyx, from, to }) => {
    const found = apply(eulerToMatrix({ ...TURNED, computeZyx }), from);
    for (const axis of [0, 1, 2]) expect(found[axis]).toBeCloseTo(to[axis], 7);
  });

  test('turns a shift to the left into one to the right and keeps the one upward', () => {
    const matrix = eulerToMatrix({ parameters: [0, 0, 0, 1, 2, 3], centre: [9, 9, 9], computeZyx: false });
    expect(matrix).toEqual([1, 0, 0, -1, 0, 1, 0, -2, 0, 0, 1, 3, 0, 0, 0, 1]);
  });

  test('keeps its centre where the shift alone would carry it, and volumes as they are', () => {
    const matrix = eulerToMatrix(TURNED);
    const carried = apply(matrix, [-10, -20, -30]);
    for (const [axis, mm] of [-14, -15, -24].entries()) expect(carried[axis]).toBeCloseTo(mm, 10);
    expect(determinant(matrix)).toBeCloseTo(1, 12);
  });
});

describe('parseEulerTransform', () => {
  const map = {
    Transform: ['EulerTransform'],
    TransformParameters: ['0.1', '-0.2', '0.3', '4', '-5', '6'],
    CenterOfRotationPoint: ['10', '20', '-30'],
    ComputeZYX: ['false'],
  };

  test('reads what elastix writes', () => {
    expect(parseEulerTransform(map)).toEqual(TURNED);
    expect(parseEulerTransform({ ...map, ComputeZYX: ['true'] })?.computeZyx).toBe(true);
  });

  test('refuses other transforms, missing numbers and numbers that are none', () => {
    expect(parseEulerTransform(undefined)).toBeUndefined();
    expect(parseEulerTransform({ ...map, Transform: ['AffineTransform'] })).toBeUndefined();
    expect(parseEulerTransform({ ...map, TransformParameters: ['0', '0', '0', '1', '2'] })).toBeUndefined();
    expect(parseEulerTransform({ ...map, TransformParameters: ['0', '0', '0', '1', '2', 'nan'] })).toBeUndefined();
  });
});
