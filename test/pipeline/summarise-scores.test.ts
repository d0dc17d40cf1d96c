import { describe, expect, test } from '@jest/globals';
import type { ScoredRegion, StudyScores } from '../../functions/contract/scores.ts';
import { compareScores, summariseScores } from '../../functions/pipeline/summarise-scores.ts';

const scoreOf = (changed: Partial<ScoredRegion>): ScoredRegion => ({
  dice: 0.8,
  softDice: null,
  hd95Mm: 3,
  surfaceDice1mm: 0.9,
  sensitivity: 0.7,
  specificity: 0.99,
  referenceMl: 10,
  maskMl: 9,
  falseMl: null,
  lesions: { dice: 0.4, hd95Mm: 180, found: 1, missed: 0, falsePositives: 1 },
  ...changed,
});
const study = (name: string, changed: Partial<ScoredRegion>): StudyScores => ({
  study: name,
  labelTable: 'brats',
  resampled: false,
  regions: { WT: scoreOf(changed) },
});
const nothing = { dice: null, hd95Mm: null, surfaceDice1mm: null, sensitivity: null, specificity: null };
const noLesions = { dice: null, hd95Mm: null, found: 0, missed: 0, falsePositives: 0 };

const STUDIES = [
  study('a', { dice: 0.9, maskMl: 12 }),
  study('b', { dice: 0.5, referenceMl: 0.5, maskMl: 0.2 }),
  study('missed', { dice: 0, hd95Mm: null, maskMl: 0, falseMl: 10, lesions: { ...noLesions, dice: 0, missed: 2 } }),
  study('small', { dice: 0.1, referenceMl: 0.49 }),
  study('empty', { ...nothing, referenceMl: 0, maskMl: 0, lesions: noLesions }),
  study('alarm', { dice: 0, hd95Mm: null, referenceMl: 0, maskMl: 3, falseMl: 3 }),
];

describe('a summary over studies', () => {
  const { WT } = summariseScores(STUDIES);

  test('averages references of half a millilitre and more, a miss among them, and counts the others', () => {
    expect(WT).toMatchObject({ studies: 6, scored: 3, small: 1, bothEmpty: 1, falseAlarms: 1, falseAlarmMl: 3 });
    expect(WT!.measures.dice).toMatchObject({ n: 3, median: 0.5, least: 0, most: 0.9 });
    expect(WT!.measures.dice.mean).toBeCloseTo(1.4 / 3, 12);
  });

  test('has an n of its own for each measure', () => {
    expect(WT!.measures.hd95Mm).toMatchObject({ n: 2, mean: 3 }); // a miss has no distance
    expect(WT!.measures.softDice.n).toBe(0);
    expect(WT!.measures.lesionDice.mean).toBeCloseTo((0.4 + 0.4 + 0) / 3, 12);
    expect(WT!.measures.volumeErrorMl.mean).toBeCloseTo((2 - 0.3 - 10) / 3, 12);
  });

  test('adds up lesions of all studies', () => {
    // a, b, small and alarm: one found and one false each.
    expect(WT!.lesions).toEqual({ found: 4, missed: 2, falsePositives: 4 });
  });

  test('leaves out regions that no reference tells of', () => {
    expect(summariseScores(STUDIES)).not.toHaveProperty('TC');
  });
});

describe('a comparison of two sets of masks', () => {
  test('pairs studies by name, where both can be said and the reference counts', () => {
    const before = [...STUDIES].reverse();
    const after = STUDIES.map((s) => study(s.study, { ...s.regions.WT, dice: (s.regions.WT!.dice ?? 0) + 0.1 }));
    const { WT } = compareScores(before, [...after, study('new', {})], 1);
    expect(WT!.dice.n).toBe(3);
    for (const value of [WT!.dice.mean, WT!.dice.low, WT!.dice.high]) expect(value).toBeCloseTo(0.1, 12);
    expect(WT!.hd95Mm).toEqual({ n: 2, mean: 0, low: 0, high: 0 });
    expect(WT!.softDice).toEqual({ n: 0, mean: null, low: null, high: null });
  });

  test('has no interval of one pair', () => {
    expect(compareScores([STUDIES[0]], [STUDIES[0]], 1).WT!.dice).toEqual({ n: 1, mean: 0, low: null, high: null });
  });
});
