import { REGIONS, type Region } from '../contract/model.ts';
import {
  LEAST_REFERENCE_ML,
  MEASURES,
  type MeasureName,
  type PairedDifference,
  type PerRegion,
  type RegionSummary,
  type ScoredRegion,
  type StudyScores,
} from '../contract/scores.ts';
import { comparePaired } from '../core/evaluation/compare-paired.ts';
import { spreadOf } from '../core/evaluation/spread.ts';

/** A measure of one region of one study; null where it cannot be said. */
export function measureOf(measure: MeasureName, score: ScoredRegion): number | null {
  if (measure === 'lesionDice') return score.lesions.dice;
  if (measure === 'lesionHd95Mm') return score.lesions.hd95Mm;
  if (measure === 'volumeErrorMl') return score.maskMl - score.referenceMl;
  return score[measure];
}

/** Is the reference large enough for means? */
export const counts = ({ referenceMl }: ScoredRegion) => referenceMl >= LEAST_REFERENCE_ML;

/** Each region that any reference tells of, over studies. */
export function summariseScores(studies: readonly StudyScores[]): PerRegion<RegionSummary> {
  return forTold(studies, (_, scores) => summarise(scores));
}

function summarise(scores: readonly ScoredRegion[]): RegionSummary {
  const scored = scores.filter(counts);
  const empty = scores.filter(({ referenceMl }) => referenceMl === 0);
  const alarms = empty.filter(({ maskMl }) => maskMl > 0);
  return {
    studies: scores.length,
    scored: scored.length,
    small: scores.length - scored.length - empty.length,
    bothEmpty: empty.length - alarms.length,
    falseAlarms: alarms.length,
    falseAlarmMl: sumOf(alarms, (score) => score.maskMl),
    lesions: {
      found: sumOf(scores, ({ lesions }) => lesions.found),
      missed: sumOf(scores, ({ lesions }) => lesions.missed),
      falsePositives: sumOf(scores, ({ lesions }) => lesions.falsePositives),
    },
    measures: forMeasures((measure) => spreadOf(scored.map((s) => measureOf(measure, s)).filter((v) => v !== null))),
  };
}

/**
 * How much better or worse the same studies are, `after` less `before`: over studies that are in both, whose reference
 * counts and whose measure can be said in both.
 */
export function compareScores(
  before: readonly StudyScores[],
  after: readonly StudyScores[],
  seed: number,
): PerRegion<Record<MeasureName, PairedDifference>> {
  const earlier = new Map(before.map((scores) => [scores.study, scores]));
  return forTold(after, (region) =>
    forMeasures((measure) => {
      const pairs = after.flatMap(({ study, regions }): [number, number][] => {
        const [old, now] = [earlier.get(study)?.regions[region], regions[region]];
        if (!old || !now || !counts(now)) return [];
        const [a, b] = [measureOf(measure, old), measureOf(measure, now)];
        return a === null || b === null ? [] : [[a, b]];
      });
      const difference = comparePaired(
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
        { seed },
      );
      return {
        n: difference.n,
        mean: orNull(difference.mean),
        low: orNull(difference.low),
        high: orNull(difference.high),
      };
    }),
  );
}

function forTold<T>(
  studies: readonly StudyScores[],
  of: (region: Region, scores: readonly ScoredRegion[]) => T,
): PerRegion<T> {
  const told = REGIONS.map((region) => [region, studies.flatMap(({ regions }) => regions[region] ?? [])] as const);
  const some = told.filter(([, scores]) => scores.length > 0);
  return Object.fromEntries(some.map(([region, scores]) => [region, of(region, scores)]));
}

function forMeasures<T>(of: (measure: MeasureName) => T): Record<MeasureName, T> {
  return Object.fromEntries(MEASURES.map((measure) => [measure, of(measure)])) as Record<MeasureName, T>;
}

/** JSON knows no NaN. */
const orNull = (value: number) => (Number.isNaN(value) ? null : value);

const sumOf = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((sum, item) => sum + of(item), 0);
