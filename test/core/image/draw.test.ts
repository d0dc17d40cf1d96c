import { describe, expect, test } from '@jest/globals';
import { colourOf, drawColourBar, drawHeat } from '../../../functions/core/image/colour-map.ts';
import { drawMask, drawOutline } from '../../../functions/core/image/draw-mask.ts';
import { drawCheckerboard, drawComposite, drawGrey } from '../../../functions/core/image/draw-slice.ts';
import { drawText, textWidth } from '../../../functions/core/image/draw-text.ts';
import { GLYPHS } from '../../../functions/core/image/font.ts';
import { LABEL_COLOURS } from '../../../functions/core/image/label-colours.ts';
import { drawMontage } from '../../../functions/core/image/montage.ts';
import { createRaster, padRaster, pasteRaster, type Raster, type Slice } from '../../../functions/core/image/raster.ts';

const pixel = ({ data, width }: Raster, x: number, y: number) => [
  ...data.subarray(3 * (x + width * y), 3 * (x + width * y) + 3),
];
const sliceOf = (width: number, height: number, value: (x: number, y: number) => number): Slice => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, n) => value(n % width, Math.floor(n / width))),
});
/** The picture as letters: one a pixel, `.` for black. */
const lit = (raster: Raster) =>
  Array.from({ length: raster.height }, (_, y) =>
    Array.from({ length: raster.width }, (_, x) => (pixel(raster, x, y).some((c) => c > 0) ? '#' : '.')).join(''),
  );
const window = { low: 0, high: 255 };

describe('slices', () => {
  test('are drawn in grey, row by row from the top left', () => {
    const raster = drawGrey({ slice: sliceOf(2, 2, (x, y) => 100 * x + 50 * y), window });
    expect([...raster.data]).toEqual([0, 0, 0, 100, 100, 100, 50, 50, 50, 150, 150, 150]);
  });

  test('mix as red, green and blue: what all share is grey', () => {
    const same = { slice: sliceOf(1, 1, () => 90), window };
    const none = { slice: sliceOf(1, 1, () => 0), window };
    expect([...drawComposite([same, same, same]).data]).toEqual([90, 90, 90]);
    expect([...drawComposite([same, none, none]).data]).toEqual([90, 0, 0]);
    expect([...drawComposite([none, none, same]).data]).toEqual([0, 0, 90]);
  });

  test('of different size cannot be mixed', () => {
    const [a, b] = [sliceOf(2, 2, () => 0), sliceOf(2, 3, () => 0)].map((slice) => ({ slice, window }));
    expect(() => drawComposite([a, a, b])).toThrow('slices of 2×2 and 2×3 cannot be mixed');
    expect(() => drawCheckerboard(a, b, 1)).toThrow('slices of 2×2 and 2×3 do not match');
  });

  test('alternate on a checkerboard, beginning with the first at the top left', () => {
    const [a, b] = [10, 20].map((v) => ({ slice: sliceOf(4, 4, () => v), window }));
    const board = drawCheckerboard(a, b, 2);
    const reds = Array.from({ length: 16 }, (_, n) => board.data[3 * n]);
    expect(reds).toEqual([10, 10, 20, 20, 10, 10, 20, 20, 20, 20, 10, 10, 20, 20, 10, 10]);
  });
});

describe('masks', () => {
  const square = sliceOf(7, 7, (x, y) => (x >= 1 && x <= 5 && y >= 1 && y <= 5 ? 2 : 0));

  test('are outlined inside their border', () => {
    const raster = createRaster(7, 7);
    drawOutline(raster, square, [2], [255, 255, 255]);
    expect(lit(raster)).toEqual(['.......', '.#####.', '.#...#.', '.#...#.', '.#...#.', '.#####.', '.......']);
  });

  test('take a thicker outline inward, and count the picture’s edge as outside', () => {
    const full = sliceOf(6, 6, () => 1);
    const raster = createRaster(6, 6);
    drawOutline(raster, full, [1], [9, 9, 9], 2);
    expect(lit(raster)).toEqual(['######', '######', '##..##', '##..##', '######', '######']);
  });

  test('fill faintly in the colour of each label', () => {
    const raster = createRaster(3, 1, [100, 100, 100]);
    drawMask(
      raster,
      sliceOf(3, 1, (x) => [0, 1, 4][x]),
      { fill: 0.5, outlinePixels: 0 },
    );
    const half = (label: 1 | 4) => LABEL_COLOURS[label].map((c) => Math.floor((100 + c) / 2));
    expect([pixel(raster, 0, 0), pixel(raster, 1, 0), pixel(raster, 2, 0)]).toEqual([
      [100, 100, 100],
      half(1),
      half(4),
    ]);
  });

  test('of another size are refused', () => {
    expect(() => drawMask(createRaster(3, 1), square)).toThrow('a mask of 7×7 cannot lie on a picture of 3×1');
  });
});

describe('montages', () => {
  test('centre each picture in its cell and keep gaps', () => {
    const [big, small] = [createRaster(3, 3, [1, 1, 1]), createRaster(1, 1, [1, 1, 1])];
    expect(lit(drawMontage([[big, small], [small]], { gapPixels: 1 }))).toEqual([
      '###..',
      '###.#',
      '###..',
      '.....',
      '.#...',
    ]);
  });

  test('of nothing are one black pixel, which can still be stored', () => {
    const { width, height } = drawMontage([]);
    expect([width, height]).toEqual([1, 1]);
  });

  test('paste clips at every side', () => {
    const into = createRaster(3, 3);
    const from = createRaster(2, 2, [5, 5, 5]);
    pasteRaster(into, from, -1, -1);
    pasteRaster(into, from, 2, 2);
    pasteRaster(into, from, 7, 0);
    expect(lit(into)).toEqual(['#..', '...', '..#']);
  });

  test('pad leaves the picture in the middle', () => {
    expect(lit(padRaster(createRaster(1, 1, [5, 5, 5]), 1))).toEqual(['...', '.#.', '...']);
  });
});

describe('text', () => {
  test('spells R and L as the eye expects', () => {
    const raster = createRaster(textWidth('RL'), 7);
    drawText(raster, 'rl', 0, 0);
    expect(lit(raster)).toEqual([
      '####..#....',
      '#...#.#....',
      '#...#.#....',
      '####..#....',
      '#.#...#....',
      '#..#..#....',
      '#...#.#####',
    ]);
  });

  test('has seven rows of five dots for every sign', () => {
    for (const rows of Object.values(GLYPHS)) expect(rows).toMatch(/^[0-9a-v]{7}$/);
  });

  test('near the edge is clipped, not wrapped', () => {
    const raster = createRaster(4, 4);
    drawText(raster, 'L', 2, 2);
    expect(pixel(raster, 0, 3)).toEqual([0, 0, 0]);
    expect(pixel(raster, 2, 2)).toEqual([235, 235, 235]);
  });
});

describe('the colour map', () => {
  const lightness = ([r, g, b]: readonly number[]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

  test('gets lighter all the way, and stops at its ends', () => {
    const steps = Array.from({ length: 101 }, (_, n) => lightness(colourOf(n / 100)));
    for (let n = 1; n < steps.length; n++) expect(steps[n]).toBeGreaterThanOrEqual(steps[n - 1]);
    expect(colourOf(-3)).toEqual(colourOf(0));
    expect(colourOf(3)).toEqual(colourOf(1));
  });

  test('is drawn from low on the left to high on the right', () => {
    const bar = drawColourBar(11, 2);
    expect(pixel(bar, 0, 1)).toEqual([...colourOf(0)]);
    expect(pixel(bar, 10, 0)).toEqual([...colourOf(1)]);
  });

  test('lies over a picture only where there is something to show', () => {
    const raster = createRaster(2, 1, [50, 50, 50]);
    drawHeat(
      raster,
      sliceOf(2, 1, (x) => 255 * x),
      255,
    );
    expect([pixel(raster, 0, 0), pixel(raster, 1, 0)]).toEqual([[50, 50, 50], [...colourOf(1)]]);
  });
});
