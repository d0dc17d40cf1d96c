import { describe, expect, test } from '@jest/globals';
import { createRandom } from '../../../functions/core/random.ts';
import { fillHoles } from '../../../functions/core/volume/fill-holes.ts';
import type { Vec3 } from '../../../functions/core/volume/volume.ts';

/** Outside by a walk over faces from every border voxel: another way to the same answer. */
function byWalking(mask: Uint8Array, [ni, nj, nk]: Vec3): Uint8Array {
  const filled = new Uint8Array(mask.length).fill(1);
  const at = (i: number, j: number, k: number) => i + ni * (j + nj * k);
  const visit = (i: number, j: number, k: number): void => {
    if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) return;
    const n = at(i, j, k);
    if (mask[n] !== 0 || filled[n] === 0) return;
    filled[n] = 0;
    for (const step of [-1, 1]) {
      visit(i + step, j, k);
      visit(i, j + step, k);
      visit(i, j, k + step);
    }
  };
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++)
        if (i === 0 || j === 0 || k === 0 || i === ni - 1 || j === nj - 1 || k === nk - 1) visit(i, j, k);
  return filled;
}

describe('filling holes', () => {
  test('fills a hollow box and leaves one with a door as it is', () => {
    const shape: Vec3 = [5, 5, 5];
    const box = new Uint8Array(125);
    for (let k = 1; k < 4; k++) for (let j = 1; j < 4; j++) for (let i = 1; i < 4; i++) box[i + 5 * (j + 5 * k)] = 1;
    const full = box.slice();
    box[2 + 5 * (2 + 5 * 2)] = 0;
    expect(fillHoles(box, shape)).toEqual(full);
    box[2 + 5 * (2 + 5 * 3)] = 0;
    expect(fillHoles(box, shape)).toEqual(box);
  });

  test('takes a gap at an edge for closed: only faces lead out', () => {
    const shape: Vec3 = [3, 3, 3];
    const plus = Uint8Array.from({ length: 27 }, (_, n) => ([4, 10, 12, 14, 16, 22].includes(n) ? 1 : 0));
    expect([...fillHoles(plus, shape)]).toEqual(Array.from({ length: 27 }, (_, n) => plus[n] || (n === 13 ? 1 : 0)));
  });

  test('agrees with a walk over faces on random masks', () => {
    const random = createRandom('holes');
    for (const share of [0.3, 0.5, 0.65, 0.8]) {
      const shape: Vec3 = [9, 8, 7];
      const mask = Uint8Array.from({ length: 9 * 8 * 7 }, () => (random.uniform() < share ? 1 : 0));
      expect(fillHoles(mask, shape)).toEqual(byWalking(mask, shape));
    }
  });
});
