import type { Anatomy } from './anatomy.ts';
import { abs, atan2, cos, max, min } from './math.ts';
import { sampleNoise } from './noise.ts';
import { clamp } from './shapes.ts';

/** Leaves around the fourth ventricle in a full turn. */
const FOLIA = 26;

/**
 * Depths in the cerebellum: below the clefts between its leaves (`pial`), and in its branching white matter (`white`).
 * Leaves fan out in the sagittal plane from where the white matter enters.
 * @param depth mm below the smooth surface
 */
export function foliaDepths(a: Anatomy, x: number, y: number, z: number, depth: number): [pial: number, white: number] {
  const wobble = sampleNoise(a.noise, x / 4, y / 4 + 20, z / 4);
  const angle = atan2(z + 34, -(y + 44));
  const wave = cos(FOLIA * angle + 2.5 * wobble + 0.05 * abs(x));
  const cleft = 1.5 * (1 - wave) - 0.25 * a.atrophy + 0.6 * max(0, depth - 3);
  const branch = clamp(-1.4 * wave - 0.7, -3, 1) + min(0, 0.5 * (depth - 5));
  return [min(depth - 0.6, cleft), max(branch, depth - 10)];
}
