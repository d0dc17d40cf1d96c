import { describe, expect, test } from '@jest/globals';
import { toBratsLabels } from '../../../functions/core/evaluation/label-table.ts';
import { maskOf } from '../../../functions/core/volume/mask-of.ts';

const BRATS = { 0: 0, 1: 1, 2: 2, 3: 4, 4: 4 } as const;
const DECATHLON = { 0: 0, 1: 2, 2: 1, 3: 4 } as const;

describe('a table of labels', () => {
  test("turns a reference's labels into BraTS's", () => {
    expect([...toBratsLabels([0, 1, 2, 3, 3, 0], DECATHLON)]).toEqual([0, 2, 1, 4, 4, 0]);
    expect([...toBratsLabels(Float32Array.from([4, 3, 1, 2]), BRATS)]).toEqual([4, 4, 1, 2]);
  });

  test('takes what a scale factor near 1 leaves of a whole number', () => {
    expect([...toBratsLabels([0.99999, 2.0004], BRATS)]).toEqual([1, 2]);
  });

  test('refuses labels that it lacks, naming them and those it has', () => {
    expect(() => toBratsLabels([7, 0, 4, 3, 7], DECATHLON)).toThrow(
      expect.objectContaining({
        code: 'REFERENCE_LABELS',
        fields: { found: 'label 4, 7', expected: 'labels 0, 1, 2, 3' },
      }),
    );
  });

  test('refuses what is no label at all: fractions, negatives, NaN', () => {
    for (const value of [0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 257])
      expect(() => toBratsLabels([value], BRATS)).toThrow(expect.objectContaining({ code: 'REFERENCE_LABELS' }));
    expect(() => toBratsLabels([0, 1, Number.NaN], BRATS)).toThrow('found label NaN');
  });

  test('names eight of many', () => {
    const many = Float32Array.from({ length: 100 }, (_, n) => n);
    expect(() => toBratsLabels(many, BRATS)).toThrow('5, 6, 7, 8, 9, 10, 11, 12 and 87 more');
  });
});

describe('the mask of some labels', () => {
  test('is 1 where one of them is', () => {
    expect([...maskOf(Uint8Array.from([0, 1, 2, 4, 1]), [1, 4])]).toEqual([0, 1, 0, 1, 1]);
  });
});
