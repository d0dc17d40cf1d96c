import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { NeurotileError } from '../core/errors.ts';
import { inspectCommand, phantomCommand } from './commands.ts';
import { demo } from './demo.ts';
import { DEFAULT_MODEL, findModel, listModels } from './models.ts';
import { printOutcomes } from './print-outcome.ts';
import { runStudies } from './run.ts';

const USAGE = `neurotile: multi-sequence brain MRI in; tumour mask, measurements and report out.
Research use only, not a medical device.

  neurotile run <study or folder of studies> --out <folder> [--model unet2d|unet3d|<bundle folder>] [--threads n] [--keep-work]
  neurotile inspect <study> [--out <folder>]     look at the sequences before running
  neurotile phantom [--out <folder>] [--seed n]  make a study that needs no data
  neurotile demo [--out <folder>]                phantom, run, report
  neurotile model list                           the models that come along

Exit status: 0 done, 1 our fault, 2 the input was refused (with a code: docs/errors.md).`;

/** The command line. @returns the exit status */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (error) {
    if (error instanceof NeurotileError) {
      console.error(`${error.code}: ${error.message}`);
      return error.kind === 'refused' ? 2 : 1;
    }
    if ((error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) {
      console.error(`${(error as Error).message}\n\n${USAGE}`);
      return 2;
    }
    console.error(error);
    return 1;
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      model: { type: 'string', default: DEFAULT_MODEL },
      threads: { type: 'string', default: String(availableParallelism()) },
      seed: { type: 'string', default: '1' },
      'keep-work': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...rest] = positionals;
  const threads = wholeNumber('--threads', values.threads, 1, 64);
  const seed = wholeNumber('--seed', values.seed, 0, 2 ** 31);
  if (!values.help)
    switch (command) {
      case 'run':
        if (rest.length !== 1 || values.out === undefined) break;
        return printOutcomes(
          await runStudies({
            input: rest[0],
            out: values.out,
            model: values.model,
            threads,
            keepWork: values['keep-work'],
          }),
        );
      case 'inspect':
        if (rest.length !== 1) break;
        return inspectCommand(rest[0], values.out);
      case 'phantom':
        return phantomCommand(values.out ?? 'phantom', seed);
      case 'demo':
        return demo(values.out ?? 'neurotile-demo', values.model, threads, seed);
      case 'model':
        if (rest[0] !== 'list') break;
        for (const name of await listModels()) console.log(describe(name, (await findModel(name)).metadata.neurotile));
        return 0;
    }
  console.error(USAGE);
  return values.help ? 0 : 2;
}

const describe = (
  name: string,
  {
    dims,
    sequences,
    digest,
    experimental,
  }: { dims: number; sequences: readonly string[]; digest: string; experimental?: boolean },
) =>
  `${name.padEnd(10)} ${dims}D  ${sequences.join(', ')}  ${digest.slice(0, 12)}${experimental ? '  experimental' : ''}`;

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw Object.assign(new Error(`${option} is "${text}": expected a whole number from ${least} to ${most}`), {
    code: 'ERR_PARSE_ARGS_VALUE',
  });
}
