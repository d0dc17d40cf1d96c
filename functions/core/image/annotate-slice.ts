import { apply } from '../geometry/affine.ts';
import type { Grid } from '../volume/volume.ts';
import { EDGES, type Plane } from './display-plane.ts';
import { drawText, textWidth } from './draw-text.ts';
import { GLYPH_HEIGHT } from './font.ts';
import type { Raster } from './raster.ts';

const PAD = 3;

/** Writes at the four edges toward which side of the patient they lie. */
export function drawEdgeLetters(raster: Raster, plane: Plane, scale = 1): void {
  const { left, right, top, bottom } = EDGES[plane];
  const { width, height } = raster;
  const [w, h] = [textWidth('R', scale), GLYPH_HEIGHT * scale];
  const [middleX, middleY] = [(width - w) >> 1, (height - h) >> 1];
  drawText(raster, left, PAD, middleY, { scale });
  drawText(raster, right, width - w - PAD, middleY, { scale });
  drawText(raster, top, middleX, PAD, { scale });
  drawText(raster, bottom, middleX, height - h - PAD, { scale });
}

/**
 * Where a slice lies, as "S 34" for 34 mm toward the patient's head from the scanner's origin (at the slice's middle).
 * @param grid the slice's pixels, see `planeGrid`
 */
export function placeOf(grid: Grid, plane: Plane): string {
  const world = apply(grid.affine, [(grid.shape[0] - 1) / 2, (grid.shape[1] - 1) / 2, 0]);
  const axis = { axial: 2, coronal: 1, sagittal: 0 }[plane];
  const mm = Math.round(world[axis]);
  return `${(mm < 0 ? 'LPI' : 'RAS')[axis]} ${Math.abs(mm)}`;
}

/** Writes where the slice lies into its lower left corner. */
export function drawPlace(raster: Raster, grid: Grid, plane: Plane, scale = 1): void {
  drawText(raster, placeOf(grid, plane), PAD, raster.height - GLYPH_HEIGHT * scale - PAD, { scale });
}
