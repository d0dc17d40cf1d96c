import type { Anatomy } from './anatomy.ts';
import { abs, exp, max, sqrt } from './math.ts';
import { sampleNoise } from './noise.ts';
import { clamp } from './shapes.ts';

/** Where the folds of a lobe fan out from: a piece of line along y. */
export interface FoldCore {
  readonly side: number;
  readonly from: number;
  readonly to: number;
  readonly z: number;
  /** Offset in the noise, so that lobes differ. */
  readonly shift: number;
}

export const UPPER_CORE: FoldCore = { side: 31, from: -62, to: 28, z: 20, shift: 0 };
export const TEMPORAL_CORE: FoldCore = { side: 42, from: -58, to: 6, z: -15, shift: 31 };

/** One cell of the fold noise in mm: sets the width of a gyrus (about 6 cells). */
const CELL_MM = 1.2;

/**
 * Depth in mm below the walls of the nearest sulcus; positive in tissue, negative in the cleft.
 *
 * A point is carried out along the ray from the lobe's core to the surface, where the noise is read, so a sulcus keeps
 * its place on the way in and narrows with the ray:        core ·───────── point ──────── q
 *
 * @param depth mm below the lobe's smooth surface
 */
export function sulcusDepth(a: Anatomy, core: FoldCore, x: number, y: number, z: number, depth: number): number {
  const dx = x - (x < 0 ? -core.side : core.side);
  const dy = y - clamp(y, core.from, core.to);
  const dz = z - core.z;
  const r = sqrt(dx * dx + dy * dy + dz * dz) + 1e-6;
  const surface = r + max(0, depth);
  const out = surface / r / CELL_MM;
  // Folds lean and bend on their way in.
  const lean = 1.6 * sampleNoise(a.noise, x / 4.5, y / 4.5, z / 4.5 + 7);
  const qx = (x - dx) / CELL_MM + dx * out + core.shift + lean;
  const qy = (y - dy) / CELL_MM + dy * out - lean;
  const qz = dz * out + core.shift + lean;
  const across = abs(sampleNoise(a.folds, qx, qy, qz)) * CELL_MM * (r / surface);
  // Some sulci are shallow: a slow change of depth along them.
  const reach = 14.5 + 4.5 * sampleNoise(a.noise, qx * 0.3 + 9, qy * 0.3, qz * 0.3);
  const below = depth > reach ? depth - reach : 0;
  const halfWidth = a.atrophy * (0.22 + 0.85 * exp(-depth / 3.5));
  return sqrt(across * across + below * below) - halfWidth;
}

/** The lateral cleft between the temporal lobe and the rest, down to the insula. Depth in mm below its walls. */
export function sylvianDepth(a: Anatomy, upper: number, temporal: number, side: number): number {
  const depth = max(upper, temporal);
  const across = abs(upper - temporal) / 2 + max(0, 27 - side);
  const below = max(0, depth - 23);
  return sqrt(across * across + below * below) - a.atrophy * (0.6 + 1.2 * exp(-depth / 5));
}
