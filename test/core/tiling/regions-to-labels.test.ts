import { describe, expect, test } from '@jest/globals';
import { regionsToLabels } from '../../../functions/core/tiling/regions-to-labels.ts';

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
