import { max, min } from './math.ts';
import { ellipsoidDepth, type Rod, rodDepth } from './shapes.ts';

/** Ventricles and deep grey matter, as depths in mm (positive inside). `side` is |x|; coordinates as for the lobes. */

/** Lateral ventricle: frontal horn, body, atrium, occipital horn, temporal horn in two pieces. */
const LATERAL: readonly Rod[] = [
  { from: [8, 29, 3, 4], to: [10, 6, 17, 5] },
  { from: [10, 6, 17, 5], to: [14, -22, 20, 4.5] },
  { from: [14, -22, 20, 4.5], to: [24, -42, 10, 6.5] },
  { from: [24, -42, 10, 6], to: [25, -68, 5, 1.8] },
  { from: [24, -42, 10, 5], to: [34, -30, -8, 2.5] },
  { from: [34, -30, -8, 2.5], to: [33, -9, -18, 2] },
];
const AQUEDUCT: Rod = { from: [0, -26, -5, 1.2], to: [0, -34, -20, 1.4] };
const CAUDATE: readonly Rod[] = [
  { from: [12, 17, 2, 6.5], to: [15, 4, 14, 5.5] },
  { from: [15, 4, 14, 5.5], to: [19, -20, 20, 2.5] },
];
const HIPPOCAMPUS: Rod = { from: [26, -11, -20, 5.5], to: [29, -33, -7, 4] };
const CHOROID: Rod = { from: [16, -26, 19, 1.6], to: [24, -42, 9, 3.2] };

/** @param width 1 is a young adult's; grows with atrophy */
export function ventricleDepth(side: number, y: number, z: number, width: number): number {
  const outside = 4.5 * (1 - width);
  let lateral = -99;
  for (const rod of LATERAL) lateral = max(lateral, rodDepth(side, y, z, rod));
  // A thin septum keeps left and right apart.
  lateral = min(lateral - outside, side - 1.2);
  const third = ellipsoidDepth(side, y + 9, z + 1, 1.6 * width + 0.6, 15, 10);
  const fourth = ellipsoidDepth(side, y + 41, z + 34, 7, 5, 10);
  return max(lateral, third, fourth, rodDepth(side, y, z, AQUEDUCT));
}

/** Caudate, putamen and hippocampus: as grey as the cortex. */
export function greyNucleusDepth(side: number, y: number, z: number): number {
  const putamen = ellipsoidDepth(side - 26 + 0.12 * (y - 2), y - 2, z - 2, 5.5, 16, 10);
  const caudate = max(rodDepth(side, y, z, CAUDATE[0]), rodDepth(side, y, z, CAUDATE[1]));
  return max(putamen, caudate, rodDepth(side, y, z, HIPPOCAMPUS));
}

/** Thalamus and pallidum: between grey and white. */
export function paleNucleusDepth(side: number, y: number, z: number): number {
  const thalamus = ellipsoidDepth(side - 11 + 0.25 * (y + 18), y + 18, z - 7, 9, 15, 9);
  const pallidum = ellipsoidDepth(side - 18.5 + 0.3 * (y + 3), y + 3, z, 4.5, 9, 7);
  return max(thalamus, pallidum);
}

/** Choroid plexus in the atrium: takes up contrast medium. */
export function choroidDepth(side: number, y: number, z: number): number {
  return rodDepth(side, y, z, CHOROID);
}
