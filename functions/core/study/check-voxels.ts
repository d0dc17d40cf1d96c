import { NeurotileError } from '../errors.ts';
import { findComponents } from '../volume/components.ts';
import type { Vec3, Volume } from '../volume/volume.ts';
import { borderBackground, borderValues } from './border-background.ts';
import { componentsAtBorder, fillSlices } from './border-components.ts';
import { otsuThreshold } from './otsu-threshold.ts';

/** A volume whose voxels are all finite. */
export interface CheckedVoxels {
  volume: Volume;
  /** NaN and infinite voxels outside the brain, which are 0 now. */
  nonFiniteOutside: number;
}

/** Holes that a brain mask may have, as a part of the signal: masks at hand have up to 74 voxels in 1.3 million. */
const HOLES_IN_MASK = 1e-4;

/**
 * NaN and infinite voxels: zeroed outside the brain, refused inside.
 *
 * Two habits are told apart by the faces of the volume. Where most of them are not finite, NaN is the background, as SPM
 * leaves it: then inside is what the brain encloses (a mask's few own holes apart), and any whole slice between others.
 * Elsewhere the background is a number and NaN a defect: then inside is what tissue encloses in a slice along k, and also
 * every stretch along an axis with tissue at both ends, such as a lost slice. A slab at the edge of the volume has it on
 * one side only.
 *
 * @returns the volume itself where nothing was wrong, else a copy
 * @throws NeurotileError NOT_FINITE inside the brain; NO_BRAIN where all voxels are one value
 */
export function checkVoxels(volume: Volume): CheckedVoxels {
  const nonFinite = findNonFinite(volume.data);
  checkSignal(volume.data, nonFinite.length);
  if (nonFinite.length === 0) return { volume, nonFiniteOutside: 0 };
  const inside = voxelsInside(volume, nonFinite);
  if (inside.length > 0) throw notFinite(volume, inside);
  const data = volume.data.slice();
  for (const n of nonFinite) data[n] = 0;
  return { volume: { ...volume, data }, nonFiniteOutside: nonFinite.length };
}

/** One value everywhere is no signal; one value beside a background of NaN is. */
function checkSignal(data: Float32Array, nonFinite: number): void {
  const first = data.find(Number.isFinite);
  // Two values are soon found where there is a brain, so this hardly ever looks at all of it.
  const isVaried = first !== undefined && data.some((value) => value !== first && Number.isFinite(value));
  if (isVaried || (first !== undefined && first !== 0 && nonFinite > 0)) return;
  const found = first === undefined ? 'not one finite voxel' : `${first} in every finite voxel`;
  throw new NeurotileError('NO_BRAIN', { found, expected: 'at least two values' });
}

function findNonFinite(data: Float32Array): Uint32Array {
  let count = 0;
  for (let n = 0; n < data.length; n++) if (!Number.isFinite(data[n])) count++;
  const out = new Uint32Array(count);
  for (let n = 0, at = 0; at < count; n++) if (!Number.isFinite(data[n])) out[at++] = n;
  return out;
}

function notFinite({ data, shape }: Volume, inside: Uint32Array): NeurotileError {
  const [i, j, k] = indexOf(inside[0], shape);
  const found = `${inside.length} of them, the first ${data[inside[0]]} at voxel (${i}, ${j}, ${k})`;
  return new NeurotileError('NOT_FINITE', { found, expected: 'finite numbers' });
}

function voxelsInside(volume: Volume, nonFinite: Uint32Array): Uint32Array {
  const border = borderValues(volume);
  const isBackground = border.filter(Number.isFinite).length < border.length / 2;
  const signal = signalOf(volume, isBackground);
  const enclosed = isBackground ? enclosedBySignal(signal, volume.shape) : signal.slice();
  if (!isBackground) fillSlices(enclosed, volume.shape);
  const inside = new Uint8Array(signal.length);
  for (const n of nonFinite) inside[n] = enclosed[n];
  if (isBackground) {
    forgetHoles(inside, signal);
    markLostSlices(inside, volume);
  } else for (const n of nonFinite) markStretches(inside, n, signal, volume);
  return nonFinite.filter((n) => inside[n] !== 0);
}

/** 1 where there is tissue: non-zero, or above Otsu's threshold where the air was measured. */
function signalOf(volume: Volume, isBackground: boolean): Uint8Array {
  const { data } = volume;
  const isSet = isBackground || borderBackground(volume).share >= 0.4;
  const threshold = isSet ? undefined : otsuThreshold(data);
  const signal = new Uint8Array(data.length);
  for (let n = 0; n < data.length; n++) {
    const value = data[n];
    signal[n] = Number.isFinite(value) && (threshold === undefined ? value !== 0 : value > threshold) ? 1 : 0;
  }
  return signal;
}

/** 1 where no way leads to the volume's faces but through signal. */
function enclosedBySignal(signal: Uint8Array, shape: Vec3): Uint8Array {
  const components = findComponents(
    signal.map((s) => 1 - s),
    shape,
  );
  const atBorder = componentsAtBorder(components, shape, 3);
  const { start, length, component } = components.runs;
  const enclosed = new Uint8Array(signal.length);
  for (let r = 0; r < start.length; r++) if (!atBorder[component[r]]) enclosed.fill(1, start[r], start[r] + length[r]);
  return enclosed;
}

function forgetHoles(inside: Uint8Array, signal: Uint8Array): void {
  let [holes, tissue] = [0, 0];
  for (let n = 0; n < inside.length; n++) {
    holes += inside[n];
    tissue += signal[n];
  }
  if (holes <= HOLES_IN_MASK * tissue) inside.fill(0);
}

/** Marks slices (along any axis) without one finite voxel that lie between slices which have some. */
function markLostSlices(inside: Uint8Array, { data, shape }: Volume): void {
  const [ni, nj, nk] = shape;
  const has = [new Uint8Array(ni), new Uint8Array(nj), new Uint8Array(nk)];
  for (let k = 0, n = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, n++) if (Number.isFinite(data[n])) has[0][i] = has[1][j] = has[2][k] = 1;
  const isLost = has.map((slices) =>
    slices.map((h, at) => (!h && at > slices.indexOf(1) && at < slices.lastIndexOf(1) ? 1 : 0)),
  );
  if (!isLost.some((slices) => slices.includes(1))) return;
  for (let k = 0, n = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, n++) if (isLost[0][i] || isLost[1][j] || isLost[2][k]) inside[n] = 1;
}

/** Marks the stretches of non-finite voxels that begin at voxel n behind signal, and end before signal. */
function markStretches(inside: Uint8Array, n: number, signal: Uint8Array, { data, shape }: Volume): void {
  const strides = [1, shape[0], shape[0] * shape[1]];
  const index = indexOf(n, shape);
  for (const [axis, stride] of strides.entries()) {
    if (index[axis] === 0 || !signal[n - stride]) continue;
    const last = n + stride * (shape[axis] - 1 - index[axis]);
    let end = n;
    while (end <= last && !Number.isFinite(data[end])) end += stride;
    if (end <= last && signal[end]) for (let at = n; at < end; at += stride) inside[at] = 1;
  }
}

function indexOf(n: number, [ni, nj]: Vec3): [number, number, number] {
  return [n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))];
}
