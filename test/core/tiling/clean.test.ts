import { describe, expect, test } from '@jest/globals';
import { cleanLabels } from '../../../functions/core/tiling/clean.ts';
import type { Grid, Vec3 } from '../../../functions/core/volume/volume.ts';

/** 1 mm voxels: 100 of them are the 0.1 ml that a piece needs. */
const GRID: Grid = { shape: [40, 40, 20], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };

function paint(labels: Uint8Array, label: number, [i, j, k]: Vec3, [ni, nj, nk]: Vec3): void {
  for (let c = k; c < k + nk; c++)
    for (let b = j; b < j + nj; b++) labels.fill(label, 40 * (b + 40 * c) + i, 40 * (b + 40 * c) + i + ni);
}

const withBoxes = (...boxes: [number, Vec3, Vec3][]) => {
  const labels = new Uint8Array(40 * 40 * 20);
  for (const [label, from, size] of boxes) paint(labels, label, from, size);
  return labels;
};
const NOTHING = { components: 0, ml: 0 };

describe('cleaning', () => {
  test('removes a piece of 99 voxels and keeps one of 100', () => {
    const keep = withBoxes([2, [0, 0, 0], [10, 10, 10]], [1, [30, 0, 0], [10, 10, 1]]);
    expect(cleanLabels(keep, GRID).labels).toEqual(keep);
    const messy = withBoxes([2, [0, 0, 0], [10, 10, 10]], [1, [30, 0, 0], [9, 11, 1]]);
    const { labels, removed } = cleanLabels(messy, GRID);
    expect(labels).toEqual(withBoxes([2, [0, 0, 0], [10, 10, 10]]));
    expect(removed).toEqual({ WT: { components: 1, ml: 0.099 }, TC: { components: 1, ml: 0.099 }, ET: NOTHING });
  });

  test('removes a second piece without a core where it is under a quarter of the largest', () => {
    const main = [2, [0, 0, 0], [10, 10, 10]] as [number, Vec3, Vec3];
    const quarter = withBoxes(main, [2, [20, 0, 0], [5, 5, 10]]);
    expect(cleanLabels(quarter, GRID).labels).toEqual(quarter);
    const less = withBoxes(
      main,
      [2, [20, 0, 0], [3, 1, 1]],
      [2, [20, 10, 0], [8, 3, 10]],
      [1, [20, 10, 0], [3, 3, 10]],
    );
    const { labels, removed } = cleanLabels(less, GRID);
    expect(labels).toEqual(withBoxes(main));
    expect(removed.WT).toEqual({ components: 2, ml: 0.243 });
    expect(removed.TC).toEqual({ components: 1, ml: 0.09 });
  });

  test('keeps a second piece that has a core of its own', () => {
    const core = [1, [20, 10, 0], [5, 2, 10]] as [number, Vec3, Vec3];
    const focus = withBoxes([2, [0, 0, 0], [10, 10, 10]], [2, [20, 10, 0], [8, 3, 10]], core);
    expect(cleanLabels(focus, GRID).labels).toEqual(focus);
  });

  test('takes what a removed piece held out of every region, and counts it there', () => {
    const main = [4, [0, 0, 0], [10, 10, 10]] as [number, Vec3, Vec3];
    // 4 × 4 × 4 of oedema around two separate specks: one core, one enhancing.
    const { labels, removed } = cleanLabels(
      withBoxes(main, [2, [30, 30, 10], [4, 4, 4]], [1, [30, 30, 10], [1, 1, 1]], [4, [33, 33, 13], [1, 1, 1]]),
      GRID,
    );
    expect(labels).toEqual(withBoxes(main));
    expect(removed).toEqual({
      WT: { components: 1, ml: 0.064 },
      TC: { components: 2, ml: 0.002 },
      ET: { components: 1, ml: 0.001 },
    });
  });

  test('never removes the largest piece, however small', () => {
    const two = withBoxes([2, [0, 0, 0], [2, 2, 2]], [2, [30, 30, 10], [2, 2, 1]]);
    expect(cleanLabels(two, GRID).labels).toEqual(withBoxes([2, [0, 0, 0], [2, 2, 2]]));
  });

  test('keeps what hangs on by a corner', () => {
    const touching = withBoxes([2, [0, 0, 0], [10, 10, 10]], [2, [10, 10, 10], [2, 2, 2]]);
    expect(cleanLabels(touching, GRID).labels).toEqual(touching);
  });

  test('calls a piece of less than 0.05 ml of enhancing tumour core, where it lies in core', () => {
    const tumour = [1, [0, 0, 0], [10, 10, 10]] as [number, Vec3, Vec3];
    const speck = withBoxes(tumour, [4, [2, 2, 2], [7, 7, 1]], [4, [2, 2, 6], [5, 5, 2]]);
    const { labels, removed } = cleanLabels(speck, GRID);
    expect(labels).toEqual(withBoxes(tumour, [4, [2, 2, 6], [5, 5, 2]]));
    expect(removed).toEqual({ WT: NOTHING, TC: NOTHING, ET: { components: 1, ml: 0.049 } });
  });

  test('calls a piece of less than 0.05 ml of core oedema, even where it is all there is', () => {
    const tumour = [2, [0, 0, 0], [10, 10, 10]] as [number, Vec3, Vec3];
    const speck = withBoxes(tumour, [1, [2, 2, 2], [7, 6, 1]], [4, [2, 8, 2], [7, 1, 1]]);
    const { labels, removed } = cleanLabels(speck, GRID);
    expect(labels).toEqual(withBoxes(tumour));
    expect(removed).toEqual({
      WT: NOTHING,
      TC: { components: 1, ml: 0.049 },
      ET: { components: 1, ml: 0.007 },
    });
    const enough = withBoxes(tumour, [4, [2, 2, 2], [5, 5, 2]]);
    expect(cleanLabels(enough, GRID).labels).toEqual(enough);
  });

  test('measures in millilitres, not voxels', () => {
    const coarse = { ...GRID, affine: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1] };
    const labels = withBoxes([2, [0, 0, 0], [10, 10, 10]], [4, [20, 0, 0], [13, 1, 1]]); // 13 × 8 mm³ = 0.104 ml
    expect(cleanLabels(labels, coarse).labels).toEqual(labels);
    const { removed } = cleanLabels(withBoxes([2, [0, 0, 0], [10, 10, 10]], [2, [20, 0, 0], [12, 1, 1]]), coarse);
    expect(removed.WT.components).toBe(1);
    expect(removed.WT.ml).toBeCloseTo(0.096, 12);
  });

  test('does nothing the second time, and nothing to an empty map', () => {
    const messy = withBoxes([2, [0, 0, 0], [10, 10, 10]], [4, [2, 2, 2], [3, 3, 1]], [1, [30, 0, 0], [5, 5, 1]]);
    const once = cleanLabels(messy, GRID);
    const twice = cleanLabels(once.labels, GRID);
    expect(twice.labels).toEqual(once.labels);
    expect(twice.removed).toEqual({ WT: NOTHING, TC: NOTHING, ET: NOTHING });
    const empty = new Uint8Array(40 * 40 * 20);
    expect(cleanLabels(empty, GRID)).toEqual({ labels: empty, removed: { WT: NOTHING, TC: NOTHING, ET: NOTHING } });
  });
});
