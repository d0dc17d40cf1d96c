import { describe, expect, test } from '@jest/globals';
import { type MaskScores, MEASURES, type RegionSummary, type Scores } from '../../functions/contract/scores.ts';
import { writeScores } from '../../functions/report/write-scores.ts';

const forMeasures = <T>(value: T) =>
  Object.fromEntries(MEASURES.map((m) => [m, value])) as Record<(typeof MEASURES)[number], T>;
const none = { n: 0, mean: null, sd: null, median: null, least: null, most: null };
const summary: RegionSummary = {
  studies: 4,
  scored: 2,
  small: 1,
  bothEmpty: 0,
  falseAlarms: 1,
  falseAlarmMl: 1.25,
  lesions: { found: 3, missed: 1, falsePositives: 2 },
  measures: { ...forMeasures(none), dice: { n: 2, mean: 0.85, sd: 0.0707, median: 0.85, least: 0.8, most: 0.9 } },
};
const masks: MaskScores = {
  missing: [{ study: 'c', why: 'refused: NO_BRAIN' }],
  unused: ['x|y'],
  studies: [
    {
      study: 'a_1',
      labelTable: 'msd',
      resampled: true,
      regions: {
        WT: {
          dice: 0.9,
          softDice: null,
          hd95Mm: 2.236,
          surfaceDice1mm: 0.7,
          sensitivity: 0.8,
          specificity: null,
          referenceMl: 12.34,
          maskMl: 0.5,
          falseMl: null,
          lesions: { dice: 0.3, hd95Mm: 188, found: 1, missed: 0, falsePositives: 2 },
        },
      },
    },
  ],
  summary: { WT: summary },
  calibration: { WT: { studies: 2, error: 0.0123, bins: [] } },
};
const SCORES: Scores = {
  notice: 'Research use only.',
  leastReferenceMl: 0.5,
  references: 5,
  withoutReference: [],
  cleaned: false,
  masks,
};

describe('scores as a page', () => {
  const page = writeScores(SCORES);

  test('give mean, deviation, median, range and n, and leave out what nobody could say', () => {
    expect(page).toContain('| Dice | 0.850 ± 0.071, 0.850 (0.800 to 0.900), n = 2 |');
    expect(page).not.toContain('Soft Dice |  ');
    expect(page).not.toMatch(/^\| Lesion-wise Dice/m);
  });

  test('count what the means are not over', () => {
    expect(page).toContain('5 references, read by the label table "msd"');
    expect(page).toContain('| Whole tumour | 4 | 2 | 1 | 0 | 1 (1.3 ml) | 3 | 1 | 2 |');
    expect(page).toContain('1 scored, 1 missing.');
    expect(page).toContain('No mask: c (refused: NO_BRAIN).');
  });

  test('have a line a study, with dashes for what cannot be said', () => {
    expect(page).toContain('| a_1 (resampled) | 0.900 | 0.300 | 0.700 | 2.2 | – | 0.800 | – | 12.3 | 0.50 | 1, 0, 2 |');
    expect(page).toContain('| Whole tumour | 2 | 0.0123 |');
  });

  test('cannot be broken by a name', () => {
    expect(page).toContain('Not used, as there is no reference: x\\|y.');
  });

  test('tell a comparison with its interval and the pairs', () => {
    const dice = { n: 9, mean: 0.0213, low: -0.004, high: 0.05 };
    const differences = { WT: { ...forMeasures({ n: 0, mean: null, low: null, high: null }), dice } };
    const compared = writeScores({ ...SCORES, against: { ...masks, differences, seed: 7 } });
    expect(compared).toContain('| Dice | +0.021 (−0.004 to +0.050), n = 9 |');
    expect(compared).toContain('seed 7');
    expect(compared.match(/1 scored, 1 missing\./g)).toHaveLength(2);
  });
});
