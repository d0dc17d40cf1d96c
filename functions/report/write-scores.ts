import type { Region } from '../contract/model.ts';
import {
  type MaskScores,
  MEASURES,
  type MeasureName,
  type PairedDifference,
  type ScoredRegion,
  type Scores,
  type Spread,
} from '../contract/scores.ts';
import { formatMl, formatNumber, NOTHING } from './format.ts';
import { MEASURE_NAMES } from './measure-names.ts';
import { REGION_ROWS } from './regions.ts';

/** `scores.md`: what `scores.json` holds, as tables. */
export function writeScores({
  notice,
  references,
  leastReferenceMl,
  withoutReference,
  cleaned,
  masks,
  against,
}: Scores): string {
  const tables = [...new Set(masks.studies.map(({ labelTable }) => labelTable))];
  const parts = [
    `# Scores\n\n${notice}`,
    [
      `${references} references, read by the label table "${tables.join('", "')}". Means are over references of at least`,
      `${leastReferenceMl} ml. A region empty in mask and reference is not scored but counted; empty in one of them, its Dice is 0 and`,
      `it has no HD95. ${cleaned ? 'Masks were cleaned first, as the pipeline cleans its own. ' : ''}Mean ± standard deviation, median (range), n.`,
    ].join('\n'),
    listOf('Folders without a reference mask', withoutReference),
    maskParts('Masks', masks),
    ...(against ? [differenceTable(against), maskParts('The masks they are held against', against)] : []),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function maskParts(title: string, masks: MaskScores): string {
  return [
    `## ${title}`,
    `${masks.studies.length} scored, ${masks.missing.length} missing.`,
    listOf(
      'No mask',
      masks.missing.map(({ study, why }) => `${study} (${why})`),
    ),
    listOf('Not used, as there is no reference', masks.unused),
    summaryTable(masks),
    countTable(masks),
    calibrationTable(masks),
    ...told(masks).map((row) => studyTable(row, masks)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

type RegionRow = (typeof REGION_ROWS)[number];

const told = ({ summary }: MaskScores): RegionRow[] => REGION_ROWS.filter(({ region }) => summary[region]);

function summaryTable(masks: MaskScores): string {
  const rows = told(masks);
  const measures = MEASURES.filter((m) => rows.some(({ region }) => masks.summary[region]!.measures[m].n > 0));
  const line = (measure: MeasureName) => [
    MEASURE_NAMES[measure].name,
    ...rows.map(({ region }) => spreadText(masks.summary[region]!.measures[measure], MEASURE_NAMES[measure].decimals)),
  ];
  return table(['', ...rows.map(({ name }) => name)], measures.map(line));
}

function spreadText({ n, mean, sd, median, least, most }: Spread, decimals: number): string {
  if (n === 0) return NOTHING;
  const [m, s, md, low, high] = [mean, sd, median, least, most].map((value) => formatNumber(value, decimals));
  return `${m} ± ${s}, ${md} (${low} to ${high}), n = ${n}`;
}

function countTable(masks: MaskScores): string {
  const head = [
    'Region',
    'Studies',
    'In the means',
    'Smaller',
    'Empty in both',
    'Empty in the reference only',
    'Lesions found',
    'missed',
    'false',
  ];
  return table(
    head,
    told(masks).map(({ region, name }) => {
      const { studies, scored, small, bothEmpty, falseAlarms, falseAlarmMl, lesions } = masks.summary[region]!;
      const alarms = falseAlarms === 0 ? '0' : `${falseAlarms} (${formatMl(falseAlarmMl)} ml)`;
      const { found, missed, falsePositives } = lesions;
      return [name, studies, scored, small, bothEmpty, alarms, found, missed, falsePositives].map(String);
    }),
  );
}

function calibrationTable({ calibration }: MaskScores): string {
  const rows = REGION_ROWS.flatMap(({ region, name }) => {
    const of = calibration[region];
    return of ? [[name, String(of.studies), formatNumber(of.error, 4)]] : [];
  });
  return rows.length === 0 ? '' : table(['Calibration', 'Studies', 'Expected calibration error in the brain'], rows);
}

const COLUMNS: readonly [string, (score: ScoredRegion) => string][] = [
  ['Dice', (s) => formatNumber(s.dice, 3)],
  ['Lesion-wise', (s) => formatNumber(s.lesions.dice, 3)],
  ['Surface 1 mm', (s) => formatNumber(s.surfaceDice1mm, 3)],
  ['HD95, mm', (s) => formatNumber(s.hd95Mm, 1)],
  ['Soft Dice', (s) => formatNumber(s.softDice, 3)],
  ['Sensitivity', (s) => formatNumber(s.sensitivity, 3)],
  ['Specificity', (s) => formatNumber(s.specificity, 4)],
  ['Reference, ml', (s) => formatMl(s.referenceMl)],
  ['Mask, ml', (s) => formatMl(s.maskMl)],
  ['Lesions found, missed, false', ({ lesions: l }) => `${l.found}, ${l.missed}, ${l.falsePositives}`],
];

function studyTable({ region, name }: RegionRow, { studies }: MaskScores): string {
  const lines = studies.flatMap(({ study, resampled, regions }) => {
    const score = regions[region];
    return score ? [[`${study}${resampled ? ' (resampled)' : ''}`, ...COLUMNS.map(([, of]) => of(score))]] : [];
  });
  return table([name, ...COLUMNS.map(([title]) => title)], lines);
}

function differenceTable({ differences, seed }: NonNullable<Scores['against']>): string {
  const rows = REGION_ROWS.filter(({ region }) => differences[region]);
  const of = (region: Region, measure: MeasureName) => differences[region]![measure];
  const measures = MEASURES.filter((measure) => rows.some(({ region }) => of(region, measure).n > 0));
  const line = (measure: MeasureName) => [
    MEASURE_NAMES[measure].name,
    ...rows.map(({ region }) => differenceText(of(region, measure), MEASURE_NAMES[measure].decimals)),
  ];
  return `## Paired differences\n\nMasks less those they are held against, study by study: mean (95 % bootstrap interval, seed ${seed}), n pairs.\n\n${table(['', ...rows.map(({ name }) => name)], measures.map(line))}`;
}

function differenceText({ n, mean, low, high }: PairedDifference, decimals: number): string {
  if (n === 0 || mean === null) return NOTHING;
  const signed = (value: number | null) => `${(value ?? 0) > 0 ? '+' : ''}${formatNumber(value, decimals)}`;
  return `${signed(mean)} (${n < 2 ? NOTHING : `${signed(low)} to ${signed(high)}`}), n = ${n}`;
}

function listOf(title: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${title}: ${names.map(escaped).join(', ')}.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map((_, n) => (n === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** A name may hold what Markdown takes for something else. */
const escaped = (text: string) => text.replace(/[|\\`*<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
