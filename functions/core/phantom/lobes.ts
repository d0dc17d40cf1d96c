import { eggDepth, ellipsoidDepth, rodDepth, smoothMax } from './shapes.ts';

/**
 * The gross parts of the brain, as depths in mm below their smooth outer surface (positive inside).
 * Coordinates are RAS mm about the anterior commissure, roughly those of the MNI atlas; `side` is |x|.
 */

/** Middle of the head, about which it is scaled and moved. */
export const HEAD_CENTRE = [0, -17, 8] as const;

/** Frontal, parietal and occipital lobe: an egg, high above and shallow below z = 10. */
export function upperLobeDepth(x: number, y: number, z: number): number {
  return eggDepth(x, y + 17, z - 10, 64, 82, z > 10 ? 63 : 34);
}

const TEMPORAL = { from: [38, 4, -20, 19], to: [41, -58, -6, 22] } as const;

export function temporalLobeDepth(side: number, y: number, z: number): number {
  return rodDepth(side, y, z, TEMPORAL);
}

export function cerebellumDepth(side: number, y: number, z: number): number {
  const hemisphere = ellipsoidDepth(side - 24, y + 62, z + 35, 29, 31, 23);
  const vermis = ellipsoidDepth(side, y + 60, z + 31, 13, 27, 24);
  return smoothMax(hemisphere, vermis, 6);
}

const MIDBRAIN = { from: [0, -22, -4, 15], to: [0, -27, -20, 14] } as const;
const MEDULLA = { from: [0, -34, -40, 9], to: [0, -42, -54, 7] } as const;

export function brainstemDepth(x: number, y: number, z: number): number {
  const pons = ellipsoidDepth(x, y + 27, z + 32, 17, 13, 14);
  return smoothMax(smoothMax(pons, rodDepth(x, y, z, MIDBRAIN), 5), rodDepth(x, y, z, MEDULLA), 5);
}

/** What joins the hemispheres: callosum on top, thalami and hypothalamus below; the fissure ends at it. */
export function bridgeDepth(x: number, y: number, z: number): number {
  return ellipsoidDepth(x, y + 5, z - 3, 60, 37, 24);
}
