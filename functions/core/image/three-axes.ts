import { type Box, boxShape } from '../volume/bounding-box.ts';
import type { Grid } from '../volume/volume.ts';
import { drawEdgeLetters, drawPlace } from './annotate-slice.ts';
import { PLANES, type Plane, planeGrid, sliceAxis } from './display-plane.ts';
import { drawMontage } from './montage.ts';
import type { Raster } from './raster.ts';

export interface ThreeAxesOptions {
  /** Slices on each axis. */
  columns?: number;
  /** Edge of a pixel in mm. */
  pixelMm?: number;
}

/**
 * Slices on all three axes, a row each: axial from the feet up, coronal from the back forward, sagittal from the
 * patient's right to the left; evenly spread, without the outermost tenth at either end.
 * @param paint draws one slice, whose pixels are the grid that it gets (see `planeGrid`)
 */
export function drawThreeAxes(
  grid: Grid,
  box: Box,
  paint: (pixels: Grid) => Raster,
  options: ThreeAxesOptions = {},
): Raster {
  const { columns = 6, pixelMm = 1 } = options;
  const rows = PLANES.map((plane) =>
    slicesOf(grid, box, plane, columns).map((index, column) => {
      const pixels = planeGrid(grid, plane, index, { pixelMm, box });
      const raster = paint(pixels);
      drawPlace(raster, pixels, plane);
      if (column === 0) drawEdgeLetters(raster, plane);
      return raster;
    }),
  );
  return drawMontage(rows);
}

/** Voxel indices of the slices to show, in the order that the plane is counted in. */
function slicesOf(grid: Grid, box: Box, plane: Plane, count: number): number[] {
  const { axis, backward } = sliceAxis(grid.affine, plane);
  const length = boxShape(box)[axis];
  const share = (n: number) => 0.1 + (0.8 * (n + 0.5)) / count;
  const indices = Array.from({ length: count }, (_, n) => box.start[axis] + Math.floor(share(n) * length));
  const distinct = [...new Set(indices)];
  return backward ? distinct.reverse() : distinct;
}
