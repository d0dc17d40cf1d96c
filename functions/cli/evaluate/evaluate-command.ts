import { basename, join, resolve } from 'node:path';
import { createNodeCodec } from '../../adapters/node-codec.ts';
import { LABEL_TABLES, type LabelTable, REGIONS, type Region } from '../../contract/model.ts';
import { MEASURES, type MeasureName, type Scores, type Spread } from '../../contract/scores.ts';
import { formatNumber } from '../../report/format.ts';
import { MEASURE_NAMES } from '../../report/measure-names.ts';
import { type Command, type Given, needed, UsageError } from '../command.ts';
import { printTable } from '../print-table.ts';
import { evaluate } from './evaluate.ts';

/** `neurotile evaluate`. */
export const EVALUATE_COMMAND: Command = {
  name: 'evaluate',
  takes:
    '<results or masks> --reference <folder> [--against <results or masks>] [--out <folder>] [--regions WT,TC,ET] [--labels brats|msd] [--clean] [--seed n]',
  about: 'score masks against references, or two sets of masks against each other',
  operands: [1, 1],
  options: {
    reference: { type: 'string', multiple: true },
    against: { type: 'string' },
    out: { type: 'string' },
    regions: { type: 'string', default: REGIONS.join() },
    labels: { type: 'string', default: 'brats' },
    clean: { type: 'boolean' },
    seed: { type: 'string', default: '1' },
  },
  run: evaluateCommand,
};

async function evaluateCommand(given: Given): Promise<number> {
  const [masks] = given.operands;
  needed(given, 'reference');
  const options = {
    masks,
    references: given.texts('reference'),
    against: given.text('against'),
    out: given.text('out') ?? `${basename(resolve(masks))}-scores`,
    labelTable: labelTableOf(given.text('labels')!),
    regions: regionsOf(given.text('regions')!),
    clean: given.flag('clean'),
    seed: given.number('seed', 0, 2 ** 31),
    onStudy: (study: string, done: number, of: number) => console.error(`${done}/${of} ${study}`),
  };
  const scores = await evaluate(options, createNodeCodec());
  print(scores);
  for (const name of ['scores.md', 'scores.json', 'scores.svg']) console.log(join(options.out, name));
  return 0;
}

function labelTableOf(text: string): LabelTable {
  if (text in LABEL_TABLES) return text as LabelTable;
  throw new UsageError(`--labels is "${text}": expected ${Object.keys(LABEL_TABLES).join(' or ')}`);
}

function regionsOf(text: string): Region[] {
  const asked = text.split(',');
  const wrong = asked.find((name) => !REGIONS.includes(name as Region));
  if (wrong !== undefined) throw new UsageError(`--regions has "${wrong}": expected some of ${REGIONS.join()}`);
  return REGIONS.filter((region) => asked.includes(region));
}

function print({ references, masks, against }: Scores): void {
  const regions = (['WT', 'TC', 'ET'] as const).filter((region) => masks.summary[region]);
  const spread = ({ n, mean, sd }: Spread, decimals: number) =>
    `${formatNumber(mean, decimals)} ± ${formatNumber(sd, decimals)} (n = ${n})`;
  const row = (measure: MeasureName) => [
    MEASURE_NAMES[measure].name,
    ...regions.map((region) => spread(masks.summary[region]!.measures[measure], MEASURE_NAMES[measure].decimals)),
  ];
  const difference = (region: Region) => {
    const { n, mean, low, high } = against!.differences[region]!.dice;
    return `${formatNumber(mean, 3)} (${formatNumber(low, 3)} to ${formatNumber(high, 3)}, n = ${n})`;
  };
  printTable([
    ['', ...regions],
    ...MEASURES.map(row),
    ...(against ? [['Dice, paired difference', ...regions.map(difference)]] : []),
  ]);
  console.log(`${references} references, ${masks.studies.length} scored, ${masks.missing.length} without a mask`);
  for (const { study, why } of masks.missing) console.log(`no mask: ${study} (${why})`);
}
