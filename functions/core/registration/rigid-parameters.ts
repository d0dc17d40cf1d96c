import type { Affine, Vec3 } from '../volume/volume.ts';

/** Turns about x, y, z in radians (first x, then y, then z), then a shift in mm; about a centre that is kept apart. */
export type RigidParameters = readonly [number, number, number, number, number, number];

/** World point -> R (point - centre) + centre + shift, R = Rz Ry Rx; RAS mm. */
export function rigidMatrix([a, b, c, tx, ty, tz]: RigidParameters, [x, y, z]: Vec3): Affine {
  const r = rotationZYX(a, b, c);
  const fixedPart = (row: number) => r[row] * x + r[row + 1] * y + r[row + 2] * z;
  return [
    r[0], r[1], r[2], x + tx - fixedPart(0),
    r[3], r[4], r[5], y + ty - fixedPart(3),
    r[6], r[7], r[8], z + tz - fixedPart(6),
    0, 0, 0, 1,
  ]; // biome-ignore format: a matrix reads as one
}

/** Rz(c) Ry(b) Rx(a), row-major 3×3; angles in radians. */
export function rotationZYX(a: number, b: number, c: number): number[] {
  const [sa, ca, sb, cb, sc, cc] = [Math.sin(a), Math.cos(a), Math.sin(b), Math.cos(b), Math.sin(c), Math.cos(c)];
  return [
    cc * cb, cc * sb * sa - sc * ca, cc * sb * ca + sc * sa,
    sc * cb, sc * sb * sa + cc * ca, sc * sb * ca - cc * sa,
    -sb, cb * sa, cb * ca,
  ]; // biome-ignore format: a matrix reads as one
}
