import type { Region } from '../../contract/model.ts';
import type { MeasureName, Scores, StudyScores } from '../../contract/scores.ts';
import { counts, measureOf } from '../../pipeline/summarise-scores.ts';
import { type DotPanel, drawDotPlot } from '../../report/draw-dot-plot.ts';
import { MEASURE_NAMES } from '../../report/measure-names.ts';

const PANELS: readonly { measure: MeasureName; top?: number }[] = [
  { measure: 'dice', top: 1 },
  { measure: 'lesionDice', top: 1 },
  { measure: 'surfaceDice1mm', top: 1 },
  { measure: 'hd95Mm' },
];

/** `scores.svg`: the studies that the means are over, as dots. */
export function drawScores({ masks, against }: Scores): string {
  const regions = (['WT', 'TC', 'ET'] as const).filter((region) => masks.summary[region]);
  const others = against && masks.studies.map(({ study }) => against.studies.find((other) => other.study === study));
  const sides: (StudyScores | undefined)[][] = others ? [[...masks.studies], others] : [[...masks.studies]];
  const valueIn = (scores: StudyScores | undefined, region: Region, measure: MeasureName) => {
    const score = scores?.regions[region];
    return score && counts(score) ? measureOf(measure, score) : null;
  };
  const panels = PANELS.map(({ measure, top }): DotPanel => {
    const columns = regions.map((region) => ({
      label: region,
      series: sides.map((side) => side.map((scores) => valueIn(scores, region, measure))),
    }));
    return { title: MEASURE_NAMES[measure].name, top, columns };
  });
  return drawDotPlot(panels, against ? ['masks', 'held against'] : ['masks']);
}
