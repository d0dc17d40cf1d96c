import { expect, test } from '@jest/globals';
import { apply } from '../../../functions/core/geometry/affine.ts';
import { placeOf } from '../../../functions/core/image/annotate-slice.ts';
import { PLANES, planeGrid } from '../../../functions/core/image/display-plane.ts';
import { createRaster } from '../../../functions/core/image/raster.ts';
import { drawThreeAxes } from '../../../functions/core/image/three-axes.ts';
import type { Grid } from '../../../functions/core/volume/volume.ts';

// i runs to the left, j to the back, k down: everything has to be turned round.
const grid: Grid = { shape: [40, 50, 30], affine: [-2, 0, 0, 40, 0, -2, 0, 50, 0, 0, -2, 30, 0, 0, 0, 1] };

test('slices run from the feet up, from the back forward and from right to left, each on its own axis', () => {
  const seen: [number, number, number][] = [];
  drawThreeAxes(
    grid,
    { start: [0, 0, 0], end: grid.shape },
    (pixels) => {
      const [width, height] = pixels.shape;
      const [x, y, z] = apply(pixels.affine, [(width - 1) / 2, (height - 1) / 2, 0]);
      seen.push([x, y, z]);
      return createRaster(width, height);
    },
    { columns: 4, pixelMm: 2 },
  );
  const ascending = (values: number[]) => values.every((v, n) => n === 0 || v > values[n - 1]);
  expect(seen).toHaveLength(12);
  expect(ascending(seen.slice(0, 4).map(([, , z]) => z))).toBe(true);
  expect(ascending(seen.slice(4, 8).map(([, y]) => y))).toBe(true);
  expect(ascending(seen.slice(8).map(([x]) => -x))).toBe(true);
});

test('a montage shows no slice twice, however few there are', () => {
  const flat: Grid = { shape: [40, 50, 2], affine: grid.affine };
  let axial = 0;
  drawThreeAxes(flat, { start: [0, 0, 0], end: flat.shape }, (pixels) => {
    if (pixels.shape[1] > 10) axial++;
    return createRaster(pixels.shape[0], pixels.shape[1]);
  });
  expect(axial).toBe(2);
});

test('the place of a slice is named by the side it lies to', () => {
  expect(PLANES.map((plane) => placeOf(planeGrid(grid, plane, 0), plane))).toEqual(['S 30', 'A 50', 'R 40']);
  expect(placeOf(planeGrid(grid, 'axial', 20), 'axial')).toBe('I 10');
});
