import type { PairedMeasure } from '../../contract/training.ts';
import { type ModelVersion, modelVersions } from '../../pipeline/training/model-versions.ts';
import type { Given } from '../command.ts';
import { printTable } from '../print-table.ts';
import { openCloud } from './open-cloud.ts';

/** `neurotile model versions`: every model of the stack, how it stands, and what the gate measured. */
export async function modelVersionsCommand(given: Given): Promise<number> {
  const { studies } = await openCloud(given);
  const versions = await modelVersions(studies);
  if (versions.length === 0) console.log('There is no model yet: neurotile model use <name or bundle folder>');
  printTable([...(versions.length > 0 ? [HEAD] : []), ...versions.map(rowOf)]);
  for (const { digest, verdict } of versions)
    for (const reason of verdict?.reasons ?? []) console.log(`${digest.slice(0, 12)}: ${reason}`);
  return 0;
}

const HEAD = [
  'model',
  'state',
  'dataset',
  'against',
  'n',
  'WT Dice',
  'difference (95 %)',
  'HD95 difference, mm (95 %)',
];

/** One line of the table: digests are cut to what commands take. */
export function rowOf({ digest, state, registered, verdict }: ModelVersion): string[] {
  const first = [digest.slice(0, 12), state, registered?.dataset ?? ''];
  if (!verdict) return [...first, '', '', '', '', ''];
  const { dice, hd95Mm } = verdict.regions.WT;
  const values = `${text(dice.before, 3)} -> ${text(dice.after, 3)}`;
  return [...first, verdict.against.slice(0, 12), String(dice.n), values, interval(dice, 3), interval(hd95Mm, 1)];
}

const interval = ({ mean, low, high }: PairedMeasure, digits: number) =>
  `${text(mean, digits)} (${text(low, digits)} to ${text(high, digits)})`;

const text = (value: number | null, digits: number) => value?.toFixed(digits) ?? '–';
