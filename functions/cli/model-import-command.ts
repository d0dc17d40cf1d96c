import { availableParallelism } from 'node:os';
import { type Command, type Given, needed } from './command.ts';
import { openImporter } from './importer.ts';
import { importModel } from './model-import.ts';

const text = { type: 'string' } as const;

export const MODEL_IMPORT_COMMAND: Command = {
  name: 'model import',
  takes:
    '<MONAI bundle, nnU-Net v2 result or model folder> --out <folder> [--fold n|all] [--check <study>] [--axes LPS] [--sequences T1,T1ce,T2,FLAIR] [--labels 1=2,2=1,3=4] [--regions WT,TC,ET] [--python <interpreter>] [--threads n]',
  about: 'take a model that was trained elsewhere',
  operands: [1, 1],
  options: {
    ...{ out: text, fold: text, check: text, axes: text, sequences: text, labels: text, regions: text, python: text },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
  run: modelImportCommand,
};

async function modelImportCommand(given: Given): Promise<number> {
  const [source] = given.operands;
  const out = needed(given, 'out');
  const threads = given.number('threads', 1, 64);
  const [fold, check, axes, sequences, labels, regions] = TOLD.map((option) => given.text(option));
  const importer = () => openImporter({ python: given.text('python') });
  const told = { fold, axes, sequences, labels, regions };
  const { spec, notes, agreement } = await importModel({ source, out, check, threads, importer, ...told });
  console.log(`${spec.name}: ${spec.sequences.join(', ')} -> ${spec.regions.join(', ')}, ${spec.outputs ?? 'regions'}`);
  for (const note of notes) console.log(note);
  for (const [region, dice] of Object.entries(agreement ?? {}))
    console.log(`${region} as in its own framework: Dice ${dice === null ? '–, empty in both' : dice.toFixed(4)}`);
  console.log(`model: ${out}\nneurotile run <study> --out <folder> --model ${out}`);
  return 0;
}

const TOLD = ['fold', 'check', 'axes', 'sequences', 'labels', 'regions'] as const;
