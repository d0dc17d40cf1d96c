import { SEQUENCES, type Sequence } from '../contract/model.ts';
import { apply } from '../core/geometry/affine.ts';
import { PLANES, type Plane, sliceAxis } from '../core/image/display-plane.ts';
import { type IntensityWindow, windowsOf } from '../core/image/intensity-window.ts';
import { brainBox } from '../core/image/registration-check.ts';
import { type Box, boundingBox } from '../core/volume/bounding-box.ts';
import type { Vec3, Volume, VoxelData } from '../core/volume/volume.ts';
import type { ReportInput } from './report-input.ts';

/** A sequence ready to be drawn. */
export interface SceneSequence {
  readonly name: Sequence;
  readonly volume: Volume<VoxelData>;
  readonly window: IntensityWindow;
  /** Bent to a common brightness, for pictures that mix sequences. */
  readonly balanced: IntensityWindow;
}

/** What all pictures of a report share. */
export interface Scene {
  readonly sequences: readonly SceneSequence[];
  readonly mask: Volume<Uint8Array>;
  readonly uncertainty: Volume<Uint8Array>;
  readonly referenceMask?: Volume<Uint8Array>;
  /** The brain, with a small margin. */
  readonly box: Box;
  /** The slice to show on each plane: where the tumour is largest, or the middle of the brain. */
  readonly focus: Readonly<Record<Plane, number>>;
  readonly focusMm: Vec3;
  /** Axial slices through the tumour, or the brain, from the feet to the head. */
  readonly axialSlices: readonly number[];
  readonly skullPresent: boolean;
}

/** Others may reach a little beyond the reference's brain. */
const MARGIN_VOXELS = 3;
const MONTAGE_SLICES = 6;

/** Chooses what a report shows. @throws RangeError when there is no sequence */
export function sceneOf(input: ReportInput): Scene {
  const sequences = SEQUENCES.flatMap((name) => {
    const volume = input.volumes[name];
    return volume ? [{ name, volume, ...windowsOf(volume) }] : [];
  });
  if (sequences.length === 0) throw new RangeError('a report needs at least one sequence, found none');
  const main = sequences.find(({ name }) => name === input.transforms.referenceSequence) ?? sequences[0];
  const box = brainBox(main.volume, MARGIN_VOXELS);
  const tumour = boundingBox(input.mask.data, input.mask.shape);
  const voxel = tumour ? fullestVoxel(input.mask) : centreOf(box);
  const axial = sliceAxis(input.mask.affine, 'axial');
  const axialSlices = spread(tumour ?? shrink(box), axial.axis, MONTAGE_SLICES);
  return {
    sequences,
    mask: input.mask,
    uncertainty: input.uncertainty,
    referenceMask: input.referenceMask,
    box,
    focus: focusOf(input.mask, voxel),
    focusMm: apply(input.mask.affine, voxel),
    axialSlices: axial.backward ? axialSlices.reverse() : axialSlices,
    skullPresent: input.metrics.warnings.some(({ code }) => code === 'SKULL_PRESENT'),
  };
}

function focusOf(mask: Volume<Uint8Array>, voxel: Vec3): Record<Plane, number> {
  const at = PLANES.map((plane) => [plane, voxel[sliceAxis(mask.affine, plane).axis]]);
  return Object.fromEntries(at) as Record<Plane, number>;
}

/** Along each axis the index of the slice that holds the most labelled voxels; the first of equals. */
function fullestVoxel({ data, shape: [ni, nj, nk] }: Volume<Uint8Array>): Vec3 {
  const counts = [new Uint32Array(ni), new Uint32Array(nj), new Uint32Array(nk)];
  for (let k = 0, n = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, n++) {
        if (data[n] === 0) continue;
        counts[0][i]++;
        counts[1][j]++;
        counts[2][k]++;
      }
  const fullest = (axis: number) => counts[axis].reduce((best, c, n) => (c > counts[axis][best] ? n : best), 0);
  return [fullest(0), fullest(1), fullest(2)];
}

/** Evenly spread indices along one axis of a box, none at its very ends, none twice. */
function spread({ start, end }: Box, axis: 0 | 1 | 2, count: number): number[] {
  const length = end[axis] - start[axis];
  const at = Array.from({ length: count }, (_, n) => start[axis] + Math.floor(((n + 0.5) * length) / count));
  return [...new Set(at)];
}

function shrink({ start, end }: Box): Box {
  const inset = start.map((s, axis) => Math.floor((end[axis] - s) / 8));
  const move = (corner: Vec3, sign: number): Vec3 => [
    corner[0] + sign * inset[0],
    corner[1] + sign * inset[1],
    corner[2] + sign * inset[2],
  ];
  return { start: move(start, 1), end: move(end, -1) };
}

function centreOf({ start, end }: Box): Vec3 {
  return [(start[0] + end[0] - 1) >> 1, (start[1] + end[1] - 1) >> 1, (start[2] + end[2] - 1) >> 1];
}
