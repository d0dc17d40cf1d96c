import type { RegionScore } from '../../contract/documents.ts';
import { forRegions, REGIONS, type Region } from '../../contract/model.ts';
import type { GateRule, GateVerdict, PairedMeasure } from '../../contract/training.ts';
import { comparePaired } from '../../core/evaluation/compare-paired.ts';

/** Fewer pairs say nothing that a rule could hold to: the bootstrap interval of three is a guess. */
export const LEAST_STUDIES = 5;
/** What the whole tumour may lose at most, as the pessimistic end of the interval of the mean difference. */
export const MARGIN_DICE = 0.01;
export const MARGIN_HD95_MM = 1;
/** What the mean of a part of the tumour may lose: its interval is too wide to hold a rule. */
export const MARGIN_PART_DICE = 0.03;
/** What HD95 counts as where one of mask and reference is empty, mm (BraTS 2023). */
export const NOTHING_FOUND_MM = 374;
/** Equal inputs, equal interval. */
const SEED = 1;

export type Scores = Record<Region, Pick<RegionScore, 'dice' | 'hd95Mm'>>;

/** One held-back study under both models. */
export interface ScoredPair {
  item: string;
  /** What its reference can tell; all where nothing is said. */
  regions?: readonly Region[];
  before: Scores;
  after: Scores;
}

export type Judgement = Pick<GateVerdict, 'verdict' | 'reasons' | 'isBetter' | 'regions' | 'studies'>;

/**
 * Whether a model may take another's place, by paired differences on the same studies: the whole tumour is not worse by
 * more than the margins (non-inferiority: the pessimistic end of the 95 % bootstrap interval of the mean difference, in
 * Dice and in HD95), and no part of it is worse on the mean. docs/decisions/model-gate.md says why so, and how far it goes.
 */
export function judge(pairs: readonly ScoredPair[], rule: GateRule): Judgement {
  const regions = forRegions((region) => ({ dice: diceOf(pairs, region), hd95Mm: hd95Of(pairs, region) }));
  const { dice, hd95Mm } = regions.WT;
  const isBetter = (dice.low ?? 0) > 0;
  const reasons: string[] = [];
  if (dice.n < LEAST_STUDIES)
    reasons.push(`${dice.n} studies were scored under both; at least ${LEAST_STUDIES} are needed`);
  if (dice.low !== null && dice.low < -MARGIN_DICE)
    reasons.push(`whole tumour: the Dice may fall by ${shown(-dice.low)}; the margin is ${MARGIN_DICE}`);
  if (hd95Mm.high !== null && hd95Mm.high > MARGIN_HD95_MM)
    reasons.push(`whole tumour: HD95 may grow by ${shown(hd95Mm.high)} mm; the margin is ${MARGIN_HD95_MM} mm`);
  for (const region of REGIONS.filter((r) => r !== 'WT')) {
    const { mean } = regions[region].dice;
    if (mean !== null && mean < -MARGIN_PART_DICE)
      reasons.push(`${region}: the mean Dice falls by ${shown(-mean)}; the margin is ${MARGIN_PART_DICE}`);
  }
  if (rule === 'better' && !isBetter) reasons.push('it is not shown to be better, as the rule of this stack asks');
  const studies = pairs.map(({ item, before, after }): GateVerdict['studies'][number] => ({
    item,
    dice: [before.WT.dice, after.WT.dice],
  }));
  return { verdict: reasons.length === 0 ? 'passed' : 'refused', reasons, isBetter, regions, studies };
}

const shown = (value: number) => value.toFixed(3);

/** A region that is empty in mask and reference is right: 1, where the other model's is not. */
function diceOf(pairs: readonly ScoredPair[], region: Region): PairedMeasure {
  const scored = scoredOf(pairs, region);
  return measureOf(
    scored.map(({ before }) => before[region].dice ?? 1),
    scored.map(({ after }) => after[region].dice ?? 1),
  );
}

function hd95Of(pairs: readonly ScoredPair[], region: Region): PairedMeasure {
  const scored = scoredOf(pairs, region);
  const mm = ({ dice, hd95Mm }: Scores[Region]) => hd95Mm ?? (dice === null ? 0 : NOTHING_FOUND_MM);
  return measureOf(
    scored.map(({ before }) => mm(before[region])),
    scored.map(({ after }) => mm(after[region])),
  );
}

/** Studies whose reference tells of the region, and where at least one of the models found it, or should have. */
const scoredOf = (pairs: readonly ScoredPair[], region: Region) =>
  pairs.filter(
    ({ regions, before, after }) =>
      (regions?.includes(region) ?? true) && (before[region].dice !== null || after[region].dice !== null),
  );

function measureOf(before: readonly number[], after: readonly number[]): PairedMeasure {
  const { n, mean, low, high } = comparePaired(before, after, { seed: SEED });
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    n,
    before: told(meanOf(before)),
    after: told(meanOf(after)),
    mean: told(mean),
    low: told(low),
    high: told(high),
  };
}

/** JSON knows no NaN. */
const told = (value: number) => (Number.isNaN(value) ? null : value);
