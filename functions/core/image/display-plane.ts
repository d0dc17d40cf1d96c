import { axisCodes, multiply, spacingMm } from '../geometry/affine.ts';
import type { Box } from '../volume/bounding-box.ts';
import { type ResampleOptions, resample } from '../volume/resample.ts';
import type { Affine, Grid, Volume, VoxelData } from '../volume/volume.ts';
import type { Slice } from './raster.ts';

export const PLANES = ['axial', 'coronal', 'sagittal'] as const;
export type Plane = (typeof PLANES)[number];

/**
 * Radiological display: where the patient points to at the right edge, at the bottom edge, and toward which side
 * slices are counted. Axial and coronal are seen from the feet and from the front, so the patient's left is on the
 * viewer's right; sagittal looks with the nose to the left.
 */
export const EDGES: Readonly<
  Record<Plane, { left: string; right: string; top: string; bottom: string; along: string }>
> = {
  axial: { left: 'R', right: 'L', top: 'A', bottom: 'P', along: 'S' },
  coronal: { left: 'R', right: 'L', top: 'S', bottom: 'I', along: 'A' },
  sagittal: { left: 'A', right: 'P', top: 'S', bottom: 'I', along: 'L' },
};

const OPPOSITE: Readonly<Record<string, string>> = { R: 'L', L: 'R', A: 'P', P: 'A', S: 'I', I: 'S' };

/** A voxel axis, and whether it has to be read backwards to run toward the side that was asked for. */
export interface DirectedAxis {
  readonly axis: 0 | 1 | 2;
  readonly backward: boolean;
}

/** The voxel axis that runs nearest to a side of the patient (R, L, A, P, S or I), whatever the affine. */
export function axisToward(affine: Affine, side: string): DirectedAxis {
  const codes = axisCodes(affine);
  const forward = codes.indexOf(side);
  const axis = forward >= 0 ? forward : codes.indexOf(OPPOSITE[side]);
  return { axis: axis as 0 | 1 | 2, backward: forward < 0 };
}

/** The voxel axis that a plane's slices are counted along. */
export function sliceAxis(affine: Affine, plane: Plane): DirectedAxis {
  return axisToward(affine, EDGES[plane].along);
}

export interface PlaneOptions {
  /** Edge of the square pixels in mm; the finest voxel side in the plane where nothing is said. */
  pixelMm?: number;
  /** The part of the grid to show, in voxels; all of it where nothing is said. */
  box?: Box;
}

/**
 * The pixels of one slice as a grid of shape (width, height, 1), so that any volume can be sampled on them:
 *
 *   pixel (x, y)  --this affine-->  world, RAS mm
 *   x runs toward EDGES[plane].right, y toward EDGES[plane].bottom
 *
 * Pixels are square to within rounding: the field of view is divided into whole pixels.
 * @param index voxel along the plane's own axis (`sliceAxis`), counted as the grid counts
 */
export function planeGrid(grid: Grid, plane: Plane, index: number, options: PlaneOptions = {}): Grid {
  const { start, end } = options.box ?? { start: [0, 0, 0], end: grid.shape };
  const spacing = spacingMm(grid.affine);
  const x = axisToward(grid.affine, EDGES[plane].right);
  const y = axisToward(grid.affine, EDGES[plane].bottom);
  const through = sliceAxis(grid.affine, plane).axis;
  const pixelMm = options.pixelMm ?? Math.min(spacing[x.axis], spacing[y.axis]);
  // Column 0: one pixel along x. Column 1: along y. Column 2: one slice on. Column 3: pixel (0, 0).
  const toVoxel = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const shape = [x, y].map(({ axis, backward }, column) => {
    const voxels = end[axis] - start[axis];
    const pixels = Math.max(1, Math.round((voxels * spacing[axis]) / pixelMm));
    const step = ((backward ? -1 : 1) * voxels) / pixels;
    toVoxel[4 * axis + column] = step;
    toVoxel[4 * axis + 3] = (backward ? end[axis] : start[axis]) - 0.5 + step / 2;
    return pixels;
  });
  toVoxel[4 * through + 2] = 1;
  toVoxel[4 * through + 3] = index;
  return { shape: [shape[0], shape[1], 1], affine: multiply(grid.affine, toVoxel) };
}

/**
 * A volume's values on the pixels of a plane (see `planeGrid`), zero outside its field of view.
 * @param toVolume plane's world -> volume's world, RAS mm; identity by default
 */
export function cutSlice(volume: Volume<VoxelData>, plane: Grid, toVolume?: Affine, options?: ResampleOptions): Slice {
  const { data, shape } = resample(volume, plane, toVolume, options);
  return { data, width: shape[0], height: shape[1] };
}
