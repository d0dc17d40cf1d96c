import { describe, expect, test } from '@jest/globals';
import { apply } from '../../../functions/core/geometry/affine.ts';
import { boundingBox, boxShape, growBox, unionBox } from '../../../functions/core/volume/bounding-box.ts';
import { cropGrid, cropVolume, pasteVolume } from '../../../functions/core/volume/crop-grid.ts';
import type { Vec3 } from '../../../functions/core/volume/volume.ts';

const SHAPE: Vec3 = [5, 6, 7];
const at = (i: number, j: number, k: number) => i + 5 * (j + 6 * k);

function maskWith(...voxels: Vec3[]): Uint8Array {
  const mask = new Uint8Array(210);
  for (const [i, j, k] of voxels) mask[at(i, j, k)] = 1;
  return mask;
}

describe('the bounding box', () => {
  test('holds what is there and no more', () => {
    const box = boundingBox(maskWith([1, 2, 3], [3, 2, 5], [2, 4, 3]), SHAPE);
    expect(box).toEqual({ start: [1, 2, 3], end: [4, 5, 6] });
    expect(boxShape(box!)).toEqual([3, 3, 3]);
  });

  test('reaches the borders where the mask does', () => {
    expect(boundingBox(maskWith([0, 0, 0], [4, 5, 6]), SHAPE)).toEqual({ start: [0, 0, 0], end: SHAPE });
  });

  test('is not there for an empty mask', () => {
    expect(boundingBox(new Uint8Array(210), SHAPE)).toBeUndefined();
  });

  test('grows by a margin up to the borders', () => {
    const box = { start: [1, 2, 3], end: [4, 5, 6] } as const;
    expect(growBox(box, 2, SHAPE)).toEqual({ start: [0, 0, 1], end: [5, 6, 7] });
    expect(growBox(box, [0, 1, 0], SHAPE)).toEqual({ start: [1, 1, 3], end: [4, 6, 6] });
  });

  test('unites with another', () => {
    const union = unionBox({ start: [0, 3, 2], end: [2, 4, 6] }, { start: [1, 1, 3], end: [4, 2, 4] });
    expect(union).toEqual({ start: [0, 1, 2], end: [4, 4, 6] });
  });
});

describe('cropping', () => {
  const affine = [-2, 0, 0, 90, 0, -3, 0, 126, 0, 0, 5, -72, 0, 0, 0, 1];
  const box = { start: [1, 2, 3], end: [4, 5, 6] } as const;

  test('leaves every voxel where it is in the world', () => {
    const grid = cropGrid({ shape: SHAPE, affine }, box);
    expect(grid.shape).toEqual([3, 3, 3]);
    expect(apply(grid.affine, [2, 1, 0])).toEqual(apply(affine, [3, 3, 3]));
  });

  test('takes the values of the box, in their type', () => {
    const data = Int16Array.from({ length: 210 }, (_, n) => n);
    const { data: cut } = cropVolume({ shape: SHAPE, affine, data }, box);
    expect(cut).toBeInstanceOf(Int16Array);
    expect(cut[2 + 3 * (1 + 3 * 0)]).toBe(at(3, 3, 3));
    expect(cut[26]).toBe(at(3, 4, 5));
  });

  test('can be undone, and leaves what lies around as it is', () => {
    const data = Int16Array.from({ length: 210 }, (_, n) => n);
    const cut = cropVolume({ shape: SHAPE, affine, data }, box).data.map((value) => -value);
    const whole = { shape: SHAPE, affine, data: data.slice() };
    pasteVolume(whole, box, cut);
    expect(cropVolume(whole, box).data).toEqual(cut);
    expect(whole.data.filter((value, n) => value !== data[n])).toHaveLength(27);
    expect(() => pasteVolume(whole, { start: [0, 0, 0], end: [6, 6, 7] }, cut)).toThrow(RangeError);
  });

  test('refuses a box that leaves the volume', () => {
    const data = new Uint8Array(210);
    expect(() => cropVolume({ shape: SHAPE, affine, data }, { start: [0, 0, 0], end: [6, 6, 7] })).toThrow(RangeError);
  });
});
