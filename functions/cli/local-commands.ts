import { availableParallelism } from 'node:os';
import { type Command, type Given, needed } from './command.ts';
import { inspectCommand, phantomCommand } from './commands.ts';
import { demo } from './demo.ts';
import { EVALUATE_COMMAND } from './evaluate/evaluate-command.ts';
import { MODEL_IMPORT_COMMAND } from './model-import-command.ts';
import { MODEL_SHOW_COMMAND, summaryOf } from './model-show.ts';
import { DEFAULT_MODEL, findModel, listModels } from './models.ts';
import { printOutcomes } from './print-outcome.ts';
import { runStudies } from './run.ts';
import { TRAIN_COMMAND } from './train-command.ts';

const OUT = { out: { type: 'string' } } as const;
const SEED = { seed: { type: 'string', default: '1' } } as const;
const RUNNING = {
  ...OUT,
  model: { type: 'string', default: DEFAULT_MODEL },
  threads: { type: 'string', default: String(availableParallelism()) },
} as const;

const threadsOf = (given: Given) => given.number('threads', 1, 64);
const seedOf = (given: Given) => given.number('seed', 0, 2 ** 31);

/** What runs on this machine. */
export const LOCAL_COMMANDS: readonly Command[] = [
  {
    name: 'run',
    takes: '<study or folder of studies> --out <folder> [--model <name or bundle folder>] [--threads n] [--keep-work]',
    about: 'segment, measure, report: on this machine',
    operands: [1, 1],
    options: { ...RUNNING, 'keep-work': { type: 'boolean' } },
    run: async (given) =>
      printOutcomes(
        await runStudies({
          input: given.operands[0],
          out: needed(given, 'out'),
          model: given.text('model')!,
          threads: threadsOf(given),
          keepWork: given.flag('keep-work'),
        }),
      ),
  },
  {
    name: 'inspect',
    takes: '<study> [--out <folder>]',
    about: 'look at the sequences before running',
    operands: [1, 1],
    options: OUT,
    run: (given) => inspectCommand(given.operands[0], given.text('out')),
  },
  {
    name: 'phantom',
    takes: '[--out <folder>] [--seed n]',
    about: 'make a study that needs no data',
    operands: [0, 0],
    options: { ...OUT, ...SEED },
    run: (given) => phantomCommand(given.text('out') ?? 'phantom', seedOf(given)),
  },
  {
    name: 'demo',
    takes: '[--out <folder>] [--model <name>] [--threads n] [--seed n]',
    about: 'phantom, run, report',
    operands: [0, 0],
    options: { ...RUNNING, ...SEED },
    run: (given) => demo(given.text('out') ?? 'neurotile-demo', given.text('model')!, threadsOf(given), seedOf(given)),
  },
  EVALUATE_COMMAND,
  {
    name: 'model list',
    takes: '',
    about: 'the models that come along',
    operands: [0, 0],
    run: async () => {
      for (const name of await listModels()) console.log(summaryOf(name, (await findModel(name)).metadata.neurotile));
      return 0;
    },
  },
  MODEL_SHOW_COMMAND,
  MODEL_IMPORT_COMMAND,
  TRAIN_COMMAND,
];
