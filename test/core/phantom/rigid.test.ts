import { describe, expect, test } from '@jest/globals';
import { apply, determinant, invert, multiply } from '../../../functions/core/geometry/affine.ts';
import { randomMotion, rigid } from '../../../functions/core/phantom/rigid.ts';
import { createRandom } from '../../../functions/core/random.ts';
import type { Vec3 } from '../../../functions/core/volume/volume.ts';

describe('rigid transforms', () => {
  test('a quarter turn about the vertical through a centre, then a shift', () => {
    // By hand: (3, 0, 5) is 2 right of the centre (1, 0, 0); a quarter turn puts it 2 in front; then + (0, 0, 1).
    const moved = apply(rigid([0, 0, 1], Math.PI / 2, [1, 0, 0], [0, 0, 1]), [3, 0, 5]);
    for (const [axis, value] of [1, 2, 6].entries()) expect(moved[axis]).toBeCloseTo(value, 12);
  });

  test('random motions turn by 3 to 8 degrees and move the centre by 3 to 12 mm, without stretching', () => {
    const random = createRandom('motion');
    const centre: Vec3 = [0, -17, 8];
    for (let n = 0; n < 100; n++) {
      const m = randomMotion(random, centre);
      const [x, y, z] = apply(m, centre);
      const shift = Math.hypot(x - centre[0], y - centre[1], z - centre[2]);
      const degrees = (Math.acos((m[0] + m[5] + m[10] - 1) / 2) * 180) / Math.PI;
      expect(shift).toBeGreaterThanOrEqual(3 - 1e-9);
      expect(shift).toBeLessThanOrEqual(12 + 1e-9);
      expect(degrees).toBeGreaterThanOrEqual(3 - 1e-9);
      expect(degrees).toBeLessThanOrEqual(8 + 1e-9);
      expect(determinant(m)).toBeCloseTo(1, 12);
      multiply(m, invert(m)).forEach((value, at) => {
        expect(value).toBeCloseTo(at % 5 === 0 ? 1 : 0, 10);
      });
    }
  });
});
