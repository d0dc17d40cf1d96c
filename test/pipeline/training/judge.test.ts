import { describe, expect, test } from '@jest/globals';
import { forRegions, type Region } from '../../../functions/contract/model.ts';
import { createRandom } from '../../../functions/core/random.ts';
import { judge, LEAST_STUDIES, type ScoredPair, type Scores } from '../../../functions/pipeline/training/judge.ts';

const scores = (dice: number | null, hd95Mm: number | null = 4): Scores => forRegions(() => ({ dice, hd95Mm }));
const withWhole = (all: Scores, dice: number | null, hd95Mm: number | null): Scores => ({
  ...all,
  WT: { dice, hd95Mm },
});
const pair = (n: number, before: Scores, after: Scores, regions?: Region[]): ScoredPair => ({
  item: `v${n}`,
  before,
  after,
  regions,
});
const pairs = (n: number, before: (k: number) => Scores, after: (k: number) => Scores) =>
  Array.from({ length: n }, (_, k) => pair(k, before(k), after(k)));

describe('the gate’s judgement', () => {
  test('lets a model through that is better on every study, and says that it is', () => {
    const judged = judge(
      pairs(
        8,
        () => scores(0.8),
        (k) => scores(0.85 + k / 1000),
      ),
      'better',
    );
    expect(judged).toMatchObject({ verdict: 'passed', isBetter: true, reasons: [] });
    // By hand: differences 0.050 to 0.057, mean 0.0535.
    expect(judged.regions.WT.dice).toMatchObject({ n: 8, before: expect.closeTo(0.8), mean: expect.closeTo(0.0535) });
  });

  test('lets an equal one through as not worse, and not where the stack asks for a better one', () => {
    const equal = pairs(
      6,
      (k) => scores(0.7 + k / 50),
      (k) => scores(0.7 + k / 50),
    );
    expect(judge(equal, 'not-worse')).toMatchObject({ verdict: 'passed', isBetter: false });
    expect(judge(equal, 'better').reasons).toEqual(['it is not shown to be better, as the rule of this stack asks']);
  });

  test('refuses one whose whole tumour may be worse by more than a hundredth', () => {
    // −0.02 everywhere: the interval is that one point.
    const { verdict, reasons } = judge(
      pairs(
        6,
        () => scores(0.8),
        () => scores(0.78),
      ),
      'not-worse',
    );
    expect(verdict).toBe('refused');
    expect(reasons).toEqual(['whole tumour: the Dice may fall by 0.020; the margin is 0.01']);
  });

  test('refuses one that collapses on a single study of ten, although it is better on the others', () => {
    const after = (k: number) => withWhole(scores(0.82), k === 0 ? 0.3 : 0.82, 4);
    const judged = judge(
      pairs(10, () => scores(0.8), after),
      'not-worse',
    );
    // Mean: (9 × 0.02 − 0.5) / 10 = −0.032; a resample that draws it twice is at −0.084.
    expect(judged.regions.WT.dice.mean).toBeCloseTo(-0.032);
    expect(judged.verdict).toBe('refused');
  });

  test('refuses one whose surface may be further off by more than a millimetre', () => {
    const judged = judge(
      pairs(
        6,
        () => scores(0.8, 4),
        () => scores(0.8, 5.5),
      ),
      'not-worse',
    );
    expect(judged.reasons).toEqual(['whole tumour: HD95 may grow by 1.500 mm; the margin is 1 mm']);
  });

  test('counts a tumour that was not found as Dice 0 and 374 mm, for either model', () => {
    const lost = pairs(
      6,
      () => scores(0.8, 4),
      () => scores(0, null),
    );
    expect(judge(lost, 'not-worse').regions.WT.hd95Mm).toMatchObject({ n: 6, mean: 370 });
    const found = pairs(
      6,
      () => scores(0, null),
      () => scores(0.8, 4),
    );
    expect(judge(found, 'not-worse')).toMatchObject({ verdict: 'passed', isBetter: true });
  });

  test('counts false findings in a region that is empty: right was 1, and is 0 then', () => {
    const judged = judge(
      pairs(
        6,
        () => ({ ...scores(0.8), ET: { dice: null, hd95Mm: null } }),
        () => ({ ...scores(0.8), ET: { dice: 0, hd95Mm: null } }),
      ),
      'not-worse',
    );
    expect(judged.reasons).toEqual(['ET: the mean Dice falls by 1.000; the margin is 0.03']);
  });

  test('asks of a part of the tumour no more than what a reference can tell', () => {
    const wholeOnly = pairs(
      6,
      () => scores(0.8),
      () => withWhole(scores(0), 0.8, 4),
    ).map((p) => ({ ...p, regions: ['WT' as const] }));
    const judged = judge(wholeOnly, 'not-worse');
    expect(judged.verdict).toBe('passed');
    expect(judged.regions.TC.dice).toEqual({ n: 0, before: null, after: null, mean: null, low: null, high: null });
  });

  test('refuses where too few studies were scored, however much better it looks', () => {
    for (const n of [0, 1, LEAST_STUDIES - 1]) {
      const { verdict, reasons } = judge(
        pairs(
          n,
          () => scores(0.5),
          () => scores(0.9),
        ),
        'not-worse',
      );
      expect([n, verdict]).toEqual([n, 'refused']);
      expect(reasons[0]).toContain(`${n} studies were scored under both`);
    }
  });

  test('survives a way through JSON, and follows its numbers whatever they are', () => {
    const random = createRandom(7);
    for (let times = 0; times < 6; times++) {
      const shift = random.normal(0, 0.03);
      const some = pairs(
        5 + random.integer(10),
        () => scores(random.uniform(0.5, 0.9), random.uniform(1, 20)),
        () => scores(random.uniform(0.5, 0.9) + shift, random.uniform(1, 20)),
      );
      const judged = judge(some, 'not-worse');
      expect(JSON.parse(JSON.stringify(judged))).toEqual(judged);
      const { dice, hd95Mm } = judged.regions.WT;
      const holds = dice.low! >= -0.01 && hd95Mm.high! <= 1;
      const parts = judged.regions.TC.dice.mean! >= -0.03 && judged.regions.ET.dice.mean! >= -0.03;
      expect(judged.verdict).toBe(holds && parts ? 'passed' : 'refused');
    }
  });
});
