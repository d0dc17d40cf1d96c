import { multiply } from '../geometry/affine.ts';
import type { Affine, Vec3 } from '../volume/volume.ts';
import type { ParameterMap } from './parameter-map.ts';

/** LPS to RAS and back: ITK's world has x to the left and y to the back, ours to the right and the front. */
const FLIP: Affine = [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

export interface EulerTransform {
  /** Turns about x, y, z in radians, then a shift in mm; all in LPS. */
  parameters: readonly [number, number, number, number, number, number];
  /** Centre of the turns, LPS mm. */
  centre: Vec3;
  /** R = Rz Ry Rx, where ITK's own default is Rz Rx Ry. */
  computeZyx: boolean;
}

/**
 * The transform as fixed world point -> moving world point in RAS mm. In LPS it is, by ITK's Euler3DTransform,
 *
 *   q = R (p - centre) + centre + shift
 *
 * and RAS = FLIP · LPS on both sides.
 */
export function eulerToMatrix({ parameters: [a, b, c, tx, ty, tz], centre, computeZyx }: EulerTransform): Affine {
  const order = computeZyx ? [turnZ(c), turnY(b), turnX(a)] : [turnZ(c), turnX(a), turnY(b)];
  const back = shift([centre[0] + tx, centre[1] + ty, centre[2] + tz]);
  const there = shift([-centre[0], -centre[1], -centre[2]]);
  return [FLIP, back, ...order, there, FLIP].reduce(multiply).map((x) => x + 0); // + 0: no negative zero
}

/** Reads elastix's transform parameter map; undefined where it holds no such transform or numbers that are not finite. */
export function parseEulerTransform(map: ParameterMap | undefined): EulerTransform | undefined {
  const parameters = (map?.TransformParameters ?? []).map(Number);
  const centre = (map?.CenterOfRotationPoint ?? []).map(Number);
  const sound = parameters.length === 6 && centre.length === 3 && [...parameters, ...centre].every(Number.isFinite);
  if (map?.Transform?.[0] !== 'EulerTransform' || !sound) return undefined;
  return {
    parameters: parameters as unknown as EulerTransform['parameters'],
    centre: centre as unknown as Vec3,
    computeZyx: map.ComputeZYX?.[0] === 'true',
  };
}

// biome-ignore-start format: matrices read as matrices
function turnX(angle: number): Affine {
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  return [1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0, 0, 0, 0, 1];
}

function turnY(angle: number): Affine {
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  return [c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0, 0, 0, 0, 1];
}

function turnZ(angle: number): Affine {
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  return [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
}

function shift([x, y, z]: Vec3): Affine {
  return [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1];
}
// biome-ignore-end format: matrices read as matrices
