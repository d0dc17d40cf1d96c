import { multiply } from '../geometry/affine.ts';
import type { Random } from '../random.ts';
import type { Affine, Vec3 } from '../volume/volume.ts';

/**
 * Rotation by `radians` about an axis through `centre`, then a shift, mm.
 * (Rodrigues' formula; right-handed, `axis` of length 1.)
 */
export function rigid(axis: Vec3, radians: number, centre: Vec3, shiftMm: Vec3): Affine {
  const [x, y, z] = axis;
  const c = Math.cos(radians);
  const s = Math.sin(radians);
  const t = 1 - c;
  const turn = [
    t * x * x + c, t * x * y - s * z, t * x * z + s * y, 0,
    t * x * y + s * z, t * y * y + c, t * y * z - s * x, 0,
    t * x * z - s * y, t * y * z + s * x, t * z * z + c, 0,
    0, 0, 0, 1,
  ]; // biome-ignore format: a matrix
  const back = translation([-centre[0], -centre[1], -centre[2]]);
  const away = translation([centre[0] + shiftMm[0], centre[1] + shiftMm[1], centre[2] + shiftMm[2]]);
  return multiply(away, multiply(turn, back));
}

/** A patient who moved between two sequences: 3 to 8 degrees about any axis through `centre`, and 3 to 12 mm. */
export function randomMotion(random: Random, centre: Vec3): Affine {
  const radians = (random.uniform(3, 8) * Math.PI) / 180;
  const shift = random.uniform(3, 12);
  const [x, y, z] = randomDirection(random);
  return rigid(randomDirection(random), radians, centre, [shift * x, shift * y, shift * z]);
}

function randomDirection(random: Random): Vec3 {
  const [x, y, z] = [random.normal(), random.normal(), random.normal()];
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function translation([x, y, z]: Vec3): Affine {
  return [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1];
}
