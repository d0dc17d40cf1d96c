import type { ModelSpec } from '../contract/model.ts';
import type { Command } from './command.ts';
import { findModel, type ModelBundle } from './models.ts';
import { printTable } from './print-table.ts';
import { type FineTuning, type Provenance, provenanceOf, type Spread } from './provenance.ts';

export const MODEL_SHOW_COMMAND: Command = {
  name: 'model show',
  takes: '<name or bundle folder>',
  about: 'what a model takes and gives, what it was trained on, and how well it did',
  operands: [1, 1],
  run: async (given) => {
    printTable(factsOf(await findModel(given.operands[0])));
    return 0;
  },
};

/** One line of `model list`. */
export function summaryOf(name: string, { dims, sequences, digest, experimental }: ModelSpec): string {
  const words = [name.padEnd(10), `${dims}D`, sequences.join(', '), digest.slice(0, 12)];
  return [...words, ...(experimental ? ['experimental'] : [])].join('  ');
}

/** A model's card in rows of a table: what, and how it is. */
export function factsOf(model: ModelBundle): string[][] {
  const spec = model.metadata.neurotile;
  const past = provenanceOf(model);
  const { data_source: source } = model.metadata as { data_source?: string };
  const facts: [string, string | undefined][] = [
    ['model', `${spec.name}, ${spec.dims}D${spec.experimental ? ', experimental' : ''}`],
    ['digest', spec.digest],
    ['takes', spec.sequences.join(', ')],
    ['', `voxels of ${spec.spacingMm.join(' × ')} mm, axes ${spec.axes}, tiles of ${spec.tile.join(' × ')}`],
    ['gives', spec.regions.join(', ')],
    ['trained on', trainedText(past)],
    ['data', source],
    ...scoreFacts(past),
    ...(past.fineTuning ? tuningFacts(past.fineTuning) : []),
    ['card', `${model.folder}/README.md`],
    ['', 'Research use only. Not a medical device.'],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

function trainedText({ trainedOn, steps, minutes, warmStart }: Provenance): string {
  if (!trainedOn) return 'not told';
  const parts = [`${trainedOn.length} studies`];
  if (steps !== undefined) parts.push(`${steps} steps`);
  if (minutes !== undefined) parts.push(`${minutes} minutes`);
  if (warmStart) parts.push(`from model ${warmStart.digest.slice(0, 12)}`);
  return parts.join(', ');
}

function scoreFacts({ scores }: Provenance): [string, string][] {
  const means = Object.entries(scores?.mean ?? {});
  if (means.length === 0) return [['Dice', 'not known: no study was held back']];
  const whose = scores?.of && scores.of !== 'this model' ? ` of ${scores.of}` : '';
  const text = means.map(([region, { dice, n }]) => `${region} ${dice.toFixed(3)} (n=${n})`).join(', ');
  return [[`Dice`, `${text}${whose}, on studies that it did not see`]];
}

function tuningFacts({ table }: FineTuning): [string, string][] {
  const shown = ({ mean, spread }: Spread) => `${mean.toFixed(3)}${spread === null ? '' : ` ± ${spread.toFixed(3)}`}`;
  return table.map(({ population, region, n, before, after }, row) => [
    row === 0 ? 'fine-tuning' : '',
    `${population}: ${region} ${shown(before)} before, ${shown(after)} after (n=${n})`,
  ]);
}
