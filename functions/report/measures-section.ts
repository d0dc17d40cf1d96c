import type { Metrics, RegionScore } from '../contract/documents.ts';
import type { Region } from '../contract/model.ts';
import { formatMl, formatNumber } from './format.ts';
import { html, type Markup } from './html.ts';
import { REGION_ROWS } from './regions.ts';
import type { ReportInput } from './report-input.ts';

interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly explained: string;
  readonly of: (region: Region) => string;
}

/** All measures with unit and explanation, one column a region. */
export function measuresSection({ metrics }: ReportInput): Markup {
  const reference = metrics.reference;
  const measures = [...ownMeasures(metrics), ...(reference ? scoreMeasures(reference.scores) : [])];
  return html`<section><h2>Measures</h2><div class="scroll"><table class="wide" id="measures">
<caption>One study, n = 1. “–”: cannot be said, as when a region is empty in both masks.${
    reference && html` The reference’s labels were read by the table “${reference.labelTable}”.`
  }</caption>
<thead><tr><th scope="col">Measure</th><th scope="col">Unit</th>${REGION_ROWS.map(
    ({ name }) => html`<th scope="col" class="number">${name}</th>`,
  )}</tr></thead>
<tbody>${measures.map(rowOf)}</tbody></table></div></section>`;
}

function rowOf({ name, unit, explained, of }: Measure): Markup {
  const cells = REGION_ROWS.map(({ region }) => html`<td class="number">${of(region)}</td>`);
  return html`<tr><th scope="row">${name}<small>${explained}</small></th><td>${unit}</td>${cells}</tr>\n`;
}

function ownMeasures({ volumesMl, cleaned }: Metrics): Measure[] {
  return [
    { name: 'Volume', unit: 'ml', explained: 'In the mask.', of: (region) => formatMl(volumesMl[region]) },
    {
      name: 'Removed pieces',
      unit: 'n',
      explained: 'Unconnected pieces of the raw prediction, too small to be kept.',
      of: (region) => formatNumber(cleaned[region].components, 0),
    },
    { name: 'Removed volume', unit: 'ml', explained: 'What they held.', of: (region) => formatMl(cleaned[region].ml) },
  ];
}

function scoreMeasures(scores: Record<Region, RegionScore>): Measure[] {
  type Figure = (score: RegionScore) => number | null;
  const row = (name: string, unit: string, explained: string, figure: Figure, decimals: number): Measure => ({
    name,
    unit,
    explained,
    of: (region) => (unit === 'ml' ? formatMl(figure(scores[region])) : formatNumber(figure(scores[region]), decimals)),
  });
  return [
    row('Reference volume', 'ml', 'In the reference mask.', (s) => s.referenceMl, 1),
    row(
      'Dice',
      '0–1',
      'Overlap of the two masks: twice the shared volume over the sum of both. 1 is the same.',
      (s) => s.dice,
      3,
    ),
    row('Soft Dice', '0–1', 'The same of the probabilities, with squared denominators.', (s) => s.softDice, 3),
    row(
      'HD95',
      'mm',
      'How far apart the surfaces are at their 95th percentile, the larger of both directions.',
      (s) => s.hd95Mm,
      1,
    ),
    row(
      'Surface Dice at 1 mm',
      '0–1',
      'Share of both surfaces that lies within 1 mm of the other.',
      (s) => s.surfaceDice1mm,
      3,
    ),
    row('Sensitivity', '0–1', 'Share of the reference that the mask holds.', (s) => s.sensitivity, 3),
    row('Specificity', '0–1', 'Share of the rest that the mask leaves out.', (s) => s.specificity, 4),
    row(
      'False volume',
      'ml',
      'Found although the reference is empty, or missed although the mask is.',
      (s) => s.falseMl,
      2,
    ),
    ...LESION_MEASURES.map(([name, unit, explained, figure, decimals]) =>
      row(name, unit, explained, ({ lesions }) => figure(lesions), decimals),
    ),
  ];
}

type LesionFigure = (lesions: RegionScore['lesions']) => number | null;

/** As BraTS 2023 has it. */
const LESION_MEASURES: readonly [name: string, unit: string, explained: string, LesionFigure, decimals: number][] = [
  [
    'Lesion-wise Dice',
    '0–1',
    'Mean over the reference’s lesions above 50 mm³ and the false ones; missed and false ones count 0.',
    (l) => l.dice,
    3,
  ],
  ['Lesions found', 'n', 'Lesions of the reference that the mask touches.', (l) => l.found, 0],
  ['Lesions missed', 'n', 'Those that it does not.', (l) => l.missed, 0],
  ['False lesions', 'n', 'Pieces of the mask that touch none.', (l) => l.falsePositives, 0],
];
