import type { Anatomy } from './anatomy.ts';
import { foliaDepths } from './cerebellum.ts';
import { sulcusDepth, sylvianDepth, TEMPORAL_CORE, UPPER_CORE } from './cortex.ts';
import { choroidDepth, greyNucleusDepth, paleNucleusDepth, ventricleDepth } from './deep-structures.ts';
import { brainstemDepth, bridgeDepth, cerebellumDepth, temporalLobeDepth, upperLobeDepth } from './lobes.ts';
import { abs, exp, hypot, max, min } from './math.ts';
import { sampleNoise } from './noise.ts';
import { clamp, ramp, smoothMax, smoothMin } from './shapes.ts';

/** What a point is made of: parts that add up to 1, and what takes up contrast medium on top of them. */
export interface Tissue {
  csf: number;
  grey: number;
  /** Thalamus, pallidum, brainstem: between grey and white. */
  pale: number;
  white: number;
  /** Vessels, sinuses, dura, choroid plexus: 0 to 1 of the point. */
  vessel: number;
  /** Is it the cerebrum, and not cerebellum or brainstem, which a membrane divides from it? */
  isCerebrum: boolean;
}

export function createTissue(): Tissue {
  return { csf: 0, grey: 0, pale: 0, white: 0, vessel: 0, isCerebrum: false };
}

/** Depth in mm below the outline that skull stripping leaves: brain and the fluid in its folds. */
export function outlineDepth(x: number, y: number, z: number): number {
  const side = abs(x);
  const cerebrum = smoothMax(upperLobeDepth(x, y, z), temporalLobeDepth(side, y, z), 8);
  const below = smoothMax(cerebellumDepth(side, y, z), brainstemDepth(x, y, z), 6);
  return smoothMax(cerebrum, below, 9);
}

/**
 * Fills `out` with the tissue at a point inside the outline.
 * @param edgeMm width of the ramp between tissues: about a voxel
 */
export function sampleBrain(a: Anatomy, x: number, y: number, z: number, edgeMm: number, out: Tissue): void {
  const side = abs(x);
  const upper = upperLobeDepth(x, y, z);
  const temporal = temporalLobeDepth(side, y, z);
  const cerebellum = cerebellumDepth(side, y, z);
  const brainstem = brainstemDepth(x, y, z);
  const bridge = bridgeDepth(x, y, z);
  const fissure = side - a.atrophy * (0.3 + 1.2 * exp(-max(upper, 0) / 5));
  const cerebrum = min(
    smoothMax(upper, temporal, 3),
    max(fissure, bridge),
    -cerebellum - 1.3,
    max(-brainstem - 2, bridge + 4),
  );
  out.isCerebrum = cerebrum >= max(cerebellum, brainstem);
  if (cerebellum > max(cerebrum, brainstem)) sampleCerebellum(a, x, y, z, cerebellum, edgeMm, out);
  else if (brainstem > cerebrum) setTissue(out, ramp(brainstem, edgeMm), 0, 0.35);
  else sampleCerebrum(a, x, y, z, cerebrum, upper, temporal, ramp(fissure - bridge, 4), edgeMm, out);
  const ventricle = ramp(ventricleDepth(side, y, z, a.atrophy), edgeMm);
  if (ventricle > 0) floodWithFluid(out, ventricle);
  out.vessel = contrastAt(a, x, y, z, upper, cerebellum, bridge, edgeMm, out.csf);
}

function sampleCerebellum(
  a: Anatomy,
  x: number,
  y: number,
  z: number,
  depth: number,
  edgeMm: number,
  out: Tissue,
): void {
  const [pial, white] = foliaDepths(a, x, y, z, depth);
  setTissue(out, ramp(pial, edgeMm), 1 - ramp(white, edgeMm), 0);
}

function sampleCerebrum(
  a: Anatomy,
  x: number,
  y: number,
  z: number,
  depth: number,
  upper: number,
  temporal: number,
  mantle: number,
  edgeMm: number,
  out: Tissue,
): void {
  const side = abs(x);
  const core = upper > temporal ? UPPER_CORE : TEMPORAL_CORE;
  // No folds below the callosum: as if it lay deep.
  const folded = depth + 20 * (1 - mantle);
  const sulcus = folded < 26 ? sulcusDepth(a, core, x, y, z, folded) : depth;
  const pial = smoothMin(smoothMin(depth - 0.6 * a.atrophy, sulcus, 2), sylvianDepth(a, upper, temporal, side), 2);
  const thickness = a.cortexMm + 0.4 * sampleNoise(a.noise, x / 4, y / 4, z / 4 + 40);
  // `mantle` is 0 on the callosum and the floor of the third ventricle, which have no cortex.
  const cortex = mantle * (1 - ramp(pial - thickness, edgeMm + 0.5));
  const nucleus = side < 45 ? ramp(greyNucleusDepth(side, y, z), edgeMm + 0.5) : 0;
  const pale = side < 35 ? ramp(paleNucleusDepth(side, y, z), edgeMm + 1.5) : 0;
  setTissue(out, ramp(pial, edgeMm), max(cortex, nucleus), pale);
}

/** @param tissue what is not fluid  @param grey of that, grey  @param pale of the rest, pale */
function setTissue(out: Tissue, tissue: number, grey: number, pale: number): void {
  out.csf = 1 - tissue;
  out.grey = tissue * grey;
  out.pale = tissue * (1 - grey) * pale;
  out.white = tissue * (1 - grey) * (1 - pale);
}

function floodWithFluid(out: Tissue, part: number): void {
  out.csf += part * (1 - out.csf);
  out.grey *= 1 - part;
  out.pale *= 1 - part;
  out.white *= 1 - part;
}

/** Blood and dura: sagittal sinus, falx, tentorium, choroid plexus, and small vessels that run in the fluid. */
function contrastAt(
  a: Anatomy,
  x: number,
  y: number,
  z: number,
  upper: number,
  cerebellum: number,
  bridge: number,
  edgeMm: number,
  csf: number,
): number {
  const side = abs(x);
  const sinus = z > 0 ? 3.2 - hypot(side, max(0, upper - 1.5)) : -9;
  const choroid = choroidDepth(side, y, z);
  let part = max(ramp(sinus, edgeMm), 0.7 * ramp(choroid, edgeMm));
  if (csf > 0.1) {
    const falx = bridge < -4 ? 0.45 * ramp(0.5 - side, edgeMm) : 0;
    const tentorium = 0.5 * ramp(0.7 - abs(cerebellum + 0.8), edgeMm) * ramp(upper - 3, 4) * ramp(z + 38, 6);
    part = max(part, falx, tentorium, ramp(smallVesselDepth(a, x, y, z), edgeMm) * clamp(2 * csf, 0, 1));
  }
  return part;
}

/** Depth in a net of winding tubes: where two sheets of folds cross. */
function smallVesselDepth(a: Anatomy, x: number, y: number, z: number): number {
  const cellMm = 2.6;
  const one = sampleNoise(a.folds, x / cellMm + 17, y / cellMm + 5, z / cellMm);
  const two = sampleNoise(a.folds, x / cellMm, y / cellMm + 37, z / cellMm + 23);
  return 0.8 - cellMm * hypot(one, two);
}
