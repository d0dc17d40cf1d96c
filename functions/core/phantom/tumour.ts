import type { Random } from '../random.ts';
import type { Anatomy } from './anatomy.ts';
import { outlineDepth, type Tissue } from './brain.ts';
import { exp, hypot, max, min, sign } from './math.ts';
import { sampleNoise } from './noise.ts';
import { clamp, ramp } from './shapes.ts';

/** A glioma: dead core, enhancing rim, oedema that follows the white matter. RAS mm, template coordinates. */
export interface Tumour {
  readonly centre: readonly [number, number, number];
  /** Mean radius of core and rim together, mm. */
  readonly coreMm: number;
  readonly rimMm: number;
  /** Mean radius of the oedema, mm. */
  readonly oedemaMm: number;
  /** Stretch along x, y, z. */
  readonly stretch: readonly [number, number, number];
  /** How far the middle pushes its surroundings away, mm. */
  readonly pushMm: number;
  readonly shift: number;
}

/** Parts of a point that are tumour: 0 to 1 each, at most 1 together. */
export interface TumourParts {
  core: number;
  rim: number;
  oedema: number;
  /** How far the point is within the oedema's reach, fluid in sulci included. */
  reach: number;
}

/** Middles of lobes where gliomas grow: side, y, z. */
const SITES = [
  [30, 28, 26],
  [33, 2, 34],
  [32, -34, 34],
  [27, -50, 26],
  [40, -22, -8],
] as const;

export function createTumour(random: Random): Tumour {
  const site = SITES[random.integer(SITES.length)];
  const sign = random.integer(2) === 0 ? -1 : 1;
  const coreMm = random.uniform(14.5, 19);
  return {
    centre: [
      sign * (site[0] + random.uniform(-3, 3)),
      site[1] + random.uniform(-5, 5),
      site[2] + random.uniform(-4, 4),
    ],
    coreMm,
    rimMm: random.uniform(4, 6),
    oedemaMm: coreMm + random.uniform(10, 16),
    stretch: [random.uniform(0.85, 1.1), random.uniform(0.95, 1.25), random.uniform(0.85, 1.1)],
    pushMm: random.uniform(3, 6),
    shift: random.uniform(0, 64),
  };
}

/** Distance to the middle in mm, stretched. */
export function tumourRadius({ centre, stretch }: Tumour, x: number, y: number, z: number): number {
  return hypot((x - centre[0]) / stretch[0], (y - centre[1]) / stretch[1], (z - centre[2]) / stretch[2]);
}

/**
 * How far back toward the middle tissue at this radius came from, as a factor on the offset from it: mass effect.
 * Fades toward the outline, which bone holds in place.
 */
export function pushFactor(tumour: Tumour, radius: number, outlineMm: number): number {
  const held = clamp(outlineMm / 18, 0, 1);
  const reach = tumour.coreMm * 1.8;
  return 1 - (held * tumour.pushMm * exp(-((radius / reach) ** 2))) / (radius + tumour.pushMm);
}

/** Fills `out` for a point whose healthy tissue is known. */
export function sampleTumour(
  a: Anatomy,
  t: Tumour,
  x: number,
  y: number,
  z: number,
  radius: number,
  healthy: Tissue,
  edgeMm: number,
  out: TumourParts,
): void {
  const wide = sampleNoise(a.noise, x / 3.2 + t.shift, y / 3.2, z / 3.2);
  const fine = sampleNoise(a.noise, x / 2 + t.shift, y / 2 + 13, z / 2);
  const within = min(outlineDepth(x, y, z) - 2, sign(t.centre[0]) * x - 2);
  const core = min(t.coreMm * (1 + 0.24 * wide) + 1.6 * fine - radius, within);
  const dead = core - max(2, t.rimMm * (1 + 0.5 * sampleNoise(a.noise, x / 3.5, y / 3.5 + t.shift, z / 3.5)));
  const spread = sampleNoise(a.noise, x / 4.5, y / 4.5, z / 4.5 + t.shift);
  // White matter carries the fluid some millimetres further, grey matter holds it back.
  const oedema = t.oedemaMm * (1 + 0.25 * spread) - radius + 5 * (healthy.white + 0.4 * healthy.pale) - 4;
  const solid = ramp(core, edgeMm + 0.5);
  out.core = solid * ramp(dead, edgeMm + 1);
  out.rim = solid - out.core;
  out.reach = healthy.isCerebrum ? (1 - solid) * ramp(oedema, edgeMm + 3) : 0;
  out.oedema = out.reach * (1 - healthy.csf);
}

/**
 * BraTS label of a point: 1 dead core, 4 enhancing rim, 2 oedema, 0 none; what there is most of.
 * Like people who draw oedema, it leaves out wide sulci and takes narrow ones along.
 */
export function labelOf({ core, rim, oedema, reach }: TumourParts): 0 | 1 | 2 | 4 {
  const solid = core + rim;
  if (solid >= 0.5) return core >= rim ? 1 : 4;
  return solid + reach >= 0.5 && solid + oedema >= 0.3 ? 2 : 0;
}
