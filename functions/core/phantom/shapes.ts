import { abs, max, min, sqrt } from './math.ts';

/**
 * Implicit shapes. Each returns the depth of a point in mm below the shape's surface: positive inside, negative
 * outside, near the surface a distance (Quilez, "Distance functions", iquilezles.org).
 */

/** Depth in an ellipsoid about the origin with the given semi-axes; first-order distance. */
export function ellipsoidDepth(x: number, y: number, z: number, rx: number, ry: number, rz: number): number {
  const u = x / rx;
  const v = y / ry;
  const w = z / rz;
  const radius = sqrt(u * u + v * v + w * w);
  const slope = sqrt((u * u) / (rx * rx) + (v * v) / (ry * ry) + (w * w) / (rz * rz));
  return slope < 1e-9 ? min(rx, ry, rz) : (radius * (1 - radius)) / slope;
}

/**
 * Depth in a box-like egg about the origin: between an ellipsoid and the same with fourth powers, as skulls are.
 * A distance to within a tenth.
 */
export function eggDepth(x: number, y: number, z: number, rx: number, ry: number, rz: number): number {
  const u = (x / rx) ** 2;
  const v = (y / ry) ** 2;
  const w = (z / rz) ** 2;
  const round = sqrt(u + v + w);
  const square = sqrt(sqrt(u * u + v * v + w * w));
  const slope = sqrt(u / (rx * rx) + v / (ry * ry) + w / (rz * rz));
  return slope < 1e-9 ? min(rx, ry, rz) : ((1 - 0.6 * round - 0.4 * square) * round) / slope;
}

/** A rod from one point to another whose radius changes evenly: x, y, z, radius at both ends, mm. */
export interface Rod {
  readonly from: readonly [number, number, number, number];
  readonly to: readonly [number, number, number, number];
}

/** Depth in a rod with round ends. */
export function rodDepth(x: number, y: number, z: number, { from, to }: Rod): number {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const dz = to[2] - from[2];
  const along = (x - from[0]) * dx + (y - from[1]) * dy + (z - from[2]) * dz;
  const t = clamp(along / (dx * dx + dy * dy + dz * dz), 0, 1);
  const px = x - from[0] - t * dx;
  const py = y - from[1] - t * dy;
  const pz = z - from[2] - t * dz;
  return from[3] + t * (to[3] - from[3]) - sqrt(px * px + py * py + pz * pz);
}

/** Depth in both shapes at once, the edge where they meet rounded over `k` mm. */
export function smoothMin(a: number, b: number, k: number): number {
  const h = max(k - abs(a - b), 0) / k;
  return min(a, b) - h * h * k * 0.25;
}

/** Depth in either shape, the crease where they meet filled over `k` mm. */
export function smoothMax(a: number, b: number, k: number): number {
  const h = max(k - abs(a - b), 0) / k;
  return max(a, b) + h * h * k * 0.25;
}

/** 0 outside, 1 inside, a straight ramp `width` mm wide across the surface: the partial volume of a voxel. */
export function ramp(depth: number, width: number): number {
  return clamp(0.5 + depth / width, 0, 1);
}

export function clamp(value: number, low: number, high: number): number {
  return min(max(value, low), high);
}
