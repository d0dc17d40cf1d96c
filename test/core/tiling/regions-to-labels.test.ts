import { describe, expect, test } from '@jest/globals';
import { labelsToRegions, likeliestLabels, regionsToLabels } from '../../../functions/core/tiling/regions-to-labels.ts';

describe('labels from regions', () => {
  test('are painted whole tumour, core, enhancing, the inner over the outer', () => {
    const labels = regionsToLabels({
      WT: Float32Array.from([0.1, 0.9, 0.9, 0.9, 0.2, 0.2, 0.9]),
      TC: Float32Array.from([0.1, 0.1, 0.9, 0.9, 0.9, 0.2, 0.1]),
      ET: Float32Array.from([0.1, 0.1, 0.1, 0.9, 0.1, 0.9, 0.9]),
    });
    expect([...labels]).toEqual([0, 2, 1, 4, 1, 4, 4]);
  });

  test('need more than one half', () => {
    const half = Float32Array.from([0.5, 0.5000001]);
    expect([...regionsToLabels({ WT: half, TC: new Float32Array(2), ET: new Float32Array(2) })]).toEqual([0, 2]);
  });
});

describe('labels from sums of label probabilities', () => {
  // Probabilities of background, oedema, necrotic core, enhancing; then what is likeliest.
  const CASES = [
    [0.4, 0.3, 0.2, 0.1, 0], // background, although the whole tumour has 0.6
    [0.2, 0.5, 0.2, 0.1, 2],
    [0.1, 0.3, 0.4, 0.2, 1],
    [0.1, 0.2, 0.3, 0.4, 4], // although the core has 0.7
    [0.25, 0.25, 0.25, 0.25, 0],
  ];

  test('are the likeliest ones', () => {
    const labels = likeliestLabels({
      WT: Float32Array.from(CASES, ([, oedema, core, enhancing]) => oedema + core + enhancing),
      TC: Float32Array.from(CASES, ([, , core, enhancing]) => core + enhancing),
      ET: Float32Array.from(CASES, ([, , , enhancing]) => enhancing),
    });
    expect([...labels]).toEqual(CASES.map(([, , , , label]) => label));
  });

  test('are the same from what the labels themselves have, whatever that comes to together', () => {
    const scales = [1, 0.25, 0.5, 2, 1];
    const of = (label: number) => Float32Array.from(CASES, (row, n) => row[label] * scales[n]);
    const regions = labelsToRegions([of(0), of(1), of(2), of(3)]);
    for (const [n, [background, , core, enhancing]] of CASES.entries()) {
      expect(regions.WT[n]).toBeCloseTo(1 - background, 6);
      expect(regions.TC[n]).toBeCloseTo(core + enhancing, 6);
      expect(regions.ET[n]).toBeCloseTo(enhancing, 6);
    }
    expect([...likeliestLabels(regions)].slice(0, 4)).toEqual([0, 2, 1, 4]);
    const nothing = labelsToRegions([0, 1, 2, 3].map(() => new Float32Array(1)));
    expect([nothing.WT[0], nothing.TC[0], nothing.ET[0]]).toEqual([0, 0, 0]);
  });
});
