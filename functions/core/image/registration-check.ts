import { type Box, boundingBox, growBox } from '../volume/bounding-box.ts';
import type { Affine, Volume, VoxelData } from '../volume/volume.ts';
import { drawEdgeLetters } from './annotate-slice.ts';
import { cutSlice, PLANES, type Plane, planeGrid, sliceAxis } from './display-plane.ts';
import { drawCheckerboard } from './draw-slice.ts';
import { balancedWindowOf, type IntensityWindow } from './intensity-window.ts';
import { drawMontage } from './montage.ts';
import type { Raster } from './raster.ts';

const SQUARE_MM = 24;

/** How one sequence lies on the reference: checkerboards on three axes, by headers alone and after registration. */
export interface RegistrationCheck<Picture> {
  readonly before: Picture;
  readonly after: Picture;
}

export interface CheckOptions {
  /** Edge of a pixel in mm. */
  pixelMm?: number;
}

/**
 * Draws the checkerboards, through the middle of the reference's brain. Only the slices shown are sampled, so it costs
 * little, and neither volume has to be resampled before.
 * @param matrix reference's world point -> moving volume's world point, RAS mm: what registration found
 */
export function drawRegistrationCheck(
  reference: Volume<VoxelData>,
  moving: Volume<VoxelData>,
  matrix: Affine,
  { pixelMm = 0.8 }: CheckOptions = {},
): RegistrationCheck<Raster> {
  const box = brainBox(reference);
  const windows = [balancedWindowOf(reference), balancedWindowOf(moving)] as const;
  const draw = (toMoving?: Affine) => {
    const rasters = PLANES.map((plane) => drawPlane(plane, { reference, moving, toMoving, box, windows, pixelMm }));
    return drawMontage([rasters]);
  };
  return { before: draw(), after: draw(matrix) };
}

interface Scene {
  reference: Volume<VoxelData>;
  moving: Volume<VoxelData>;
  toMoving: Affine | undefined;
  box: Box;
  windows: readonly [IntensityWindow, IntensityWindow];
  pixelMm: number;
}

function drawPlane(plane: Plane, { reference, moving, toMoving, box, windows, pixelMm }: Scene): Raster {
  const { axis } = sliceAxis(reference.affine, plane);
  const grid = planeGrid(reference, plane, (box.start[axis] + box.end[axis] - 1) >> 1, { pixelMm, box });
  const fixed = { slice: cutSlice(reference, grid), window: windows[0] };
  const laid = { slice: cutSlice(moving, grid, toMoving), window: windows[1] };
  const raster = drawCheckerboard(fixed, laid, Math.round(SQUARE_MM / pixelMm));
  drawEdgeLetters(raster, plane);
  return raster;
}

/** The box of what is not zero, with a margin in which a misplaced brain shows; all of an empty volume. */
export function brainBox(volume: Volume<VoxelData>, margin = 6): Box {
  const box = boundingBox(volume.data, volume.shape) ?? { start: [0, 0, 0], end: volume.shape };
  return growBox(box, margin, volume.shape);
}
