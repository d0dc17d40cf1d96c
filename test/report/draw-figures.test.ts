import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Raster } from '../../functions/core/image/raster.ts';
import {
  compositeChannels,
  drawAgreementFigure,
  drawCompositeFigure,
  drawSequenceMontage,
} from '../../functions/report/draw-figures.ts';
import type { ReportInput } from '../../functions/report/report-input.ts';
import { type Scene, sceneOf } from '../../functions/report/scene.ts';
import { ballStudy, reportInputOf } from './report-study.ts';

let input: ReportInput;
let scene: Scene;
beforeAll(async () => {
  input = await reportInputOf(ballStudy());
  scene = sceneOf(input);
}, 60_000);

/** Mean place of some pixels, in shares of the part of the picture between two columns. */
function centreOf({ data, width, height }: Raster, from: number, to: number, is: (at: number) => boolean) {
  let [sumX, sumY, count] = [0, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = from; x < to; x++) {
      if (!is(3 * (x + width * y))) continue;
      sumX += x - from;
      sumY += y;
      count++;
    }
  expect(count).toBeGreaterThan(20);
  expect(data).toHaveLength(3 * width * height);
  return { x: sumX / count / (to - from), y: sumY / count / height };
}

/** Outlines are white, and so are letters: only what is far from them is looked at. */
const isYellowish =
  ({ data }: Raster) =>
  (at: number) =>
    data[at] - data[at + 2] > 40 && data[at + 1] - data[at + 2] > 30;

describe('the pictures', () => {
  test('put the left front upper tumour on the right and up in axial, on the right and up in coronal, left and up in sagittal', () => {
    const raster = drawAgreementFigure(scene, input.mask, scene.sequences.find(({ name }) => name === 'T1')!);
    // Panels side by side: the ball is 34 voxels wide (axial, coronal) and 42 deep (sagittal).
    const third = (share: number) => Math.round(raster.width * share);
    const [first, second] = [third(34 / 110), third(68 / 110)];
    const axial = centreOf(raster, 0, first, isYellowish(raster));
    const coronal = centreOf(raster, first, second, isYellowish(raster));
    const sagittal = centreOf(raster, second, raster.width, isYellowish(raster));
    expect(axial.x).toBeGreaterThan(0.55);
    expect(axial.y).toBeLessThan(0.45);
    expect(coronal.x).toBeGreaterThan(0.55);
    expect(coronal.y).toBeLessThan(0.45);
    expect(sagittal.x).toBeLessThan(0.45);
    expect(sagittal.y).toBeLessThan(0.45);
  });

  test('are cut where the tumour is largest, and the crosshair starts there', () => {
    // The tumour's middle voxel is (27, 32, 23): see ballStudy.
    expect(scene.focus).toEqual({ axial: 23, coronal: 32, sagittal: 27 });
    expect(scene.focusMm).toEqual([30 - 1.5 * 27, 1.5 * 32 - 35, 1.5 * 23 - 25]);
  });

  test('are cut through the middle of the brain where there is no tumour', () => {
    const none = { ...input.mask, data: new Uint8Array(input.mask.data.length) };
    const { focus, axialSlices } = sceneOf({ ...input, mask: none });
    expect([19, 20, 21]).toContain(focus.sagittal); // the ball's middle is (20, 24, 18)
    expect([23, 24, 25]).toContain(focus.coronal);
    expect([17, 18, 19]).toContain(focus.axial);
    expect(axialSlices).toHaveLength(6);
  });

  test('of slices run from the feet to the head, also where the array runs the other way', () => {
    expect(scene.axialSlices).toEqual([...scene.axialSlices].sort((a, b) => a - b));
    const upsideDown = {
      shape: input.mask.shape,
      affine: [-1.5, 0, 0, 30, 0, 1.5, 0, -35, 0, 0, -1.5, 25, 0, 0, 0, 1],
    };
    const turned = sceneOf({ ...input, mask: { ...input.mask, ...upsideDown } });
    expect(turned.axialSlices).toEqual([...scene.axialSlices].reverse());
  });

  test('show the mask in the lower row of a montage only', () => {
    const raster = drawSequenceMontage(scene, scene.sequences[0]);
    const rows = (from: number, to: number) => {
      let count = 0;
      for (let y = from; y < to; y++)
        for (let x = 0; x < raster.width; x++) if (isYellowish(raster)(3 * (x + raster.width * y))) count++;
      return count;
    };
    expect(rows(0, raster.height >> 1)).toBe(0);
    expect(rows(raster.height >> 1, raster.height)).toBeGreaterThan(100);
  });
});

describe('the composite', () => {
  const channelsOf = (names: readonly (keyof ReportInput['volumes'])[]) => {
    const volumes = Object.fromEntries(names.map((name) => [name, input.volumes[name]]));
    return compositeChannels(sceneOf({ ...input, volumes })).map(({ name }) => name);
  };

  test('takes T1ce, FLAIR and T2, and fills in for what is missing', () => {
    expect(channelsOf(['T1', 'T1ce', 'T2', 'FLAIR'])).toEqual(['T1ce', 'FLAIR', 'T2']);
    expect(channelsOf(['T1', 'T2', 'FLAIR'])).toEqual(['T1', 'FLAIR', 'T2']);
    expect(channelsOf(['T1', 'FLAIR'])).toEqual(['T1', 'FLAIR', 'T1']);
    expect(channelsOf(['T2'])).toEqual(['T2', 'T2', 'T2']);
  });

  test('has the tumour’s outline in white and its core’s in pink', () => {
    const { data } = drawCompositeFigure(scene);
    const count = (r: number, g: number, b: number) => {
      let n = 0;
      for (let at = 0; at < data.length; at += 3) if (data[at] === r && data[at + 1] === g && data[at + 2] === b) n++;
      return n;
    };
    expect(count(255, 255, 255)).toBeGreaterThan(100);
    expect(count(255, 175, 255)).toBeGreaterThan(100);
  });
});
