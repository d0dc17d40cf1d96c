import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { NeurotileError } from '../core/errors.ts';
import { type Command, type Given, needed, UsageError } from './command.ts';
import { findModel, type ModelBundle } from './models.ts';
import { type Provenance, provenanceOf, seenBy } from './provenance.ts';
import { pythonEnvironment } from './python-environment.ts';
import { STOPPED } from './run-program.ts';
import { type TrainingJob, train, workFolder } from './train.ts';
import { checkDataset } from './train-dataset.ts';

const MOST = 2 ** 31;

export const TRAIN_COMMAND: Command = {
  name: 'train',
  takes:
    '--dataset <folder> --out <folder> (--from <model> [--old <folder>] | --rank 2|3) [--steps n | --minutes n] [--seed n] [--python <interpreter>] [--threads n]',
  about: 'fine-tune a model on labelled studies of your own, or train one from nothing',
  operands: [0, 0],
  options: {
    dataset: { type: 'string' },
    out: { type: 'string' },
    from: { type: 'string' },
    old: { type: 'string' },
    rank: { type: 'string' },
    steps: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    python: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
  run: trainCommand,
};

async function trainCommand(given: Given): Promise<number> {
  const out = resolve(needed(given, 'out'));
  const threads = given.number('threads', 1, 64);
  const { job, request } = given.text('from') ? await fineTuning(given) : await fromNothing(given);
  if (await isThere(out, request)) {
    console.log(`${out} holds that model already; README.md there is its card`);
    return 0;
  }
  const { python } = await pythonEnvironment({ python: given.text('python') });
  await mkdir(workFolder(out), { recursive: true });
  await writeFile(requestFile(out), request);
  if (!(await train(job, out, { python, threads, onLine: (line) => console.log(line) }))) {
    console.error('stopped: nothing is finished; the same command goes on where this one was');
    return STOPPED;
  }
  console.log(`model: ${out}\nneurotile run <study> --out <folder> --model ${out}`);
  return 0;
}

interface Planned {
  job: TrainingJob;
  /** All that decides what comes out. */
  request: string;
}

async function fineTuning(given: Given): Promise<Planned> {
  for (const option of ['rank', 'minutes'])
    if (given.text(option))
      throw new UsageError(`--${option} does not go with --from: the model and the recipe say it`);
  const model = await findModel(given.text('from')!);
  checkOurs(model);
  const dataset = resolve(needed(given, 'dataset'));
  await checkDataset(dataset);
  const old = given.text('old') && resolve(given.text('old')!);
  if (old) await checkOld(old, provenanceOf(model));
  const hyperparameters = numbers(given, 'seed', 'steps');
  const job = { program: 'finetune.py', dataset, old, model: model.folder, hyperparameters } as const;
  return { job, request: await requestOf(job, model.metadata.neurotile.digest) };
}

async function fromNothing(given: Given): Promise<Planned> {
  const rank = given.text('rank');
  if (!rank)
    throw new UsageError('--from or --rank is missing: a model to start from, or 2 or 3 to start from nothing');
  if (given.text('old')) throw new UsageError('--old goes with --from: nothing can be forgotten that was not known');
  if (given.text('steps') && given.text('minutes')) throw new UsageError('--steps or --minutes, not both');
  given.number('rank', 2, 3);
  const dataset = resolve(needed(given, 'dataset'));
  await checkDataset(dataset);
  const job = {
    program: 'train.py',
    dataset,
    hyperparameters: { rank, ...numbers(given, 'seed', 'steps', 'minutes') },
  } as const;
  return { job, request: await requestOf(job) };
}

function numbers(given: Given, ...options: string[]): Record<string, string> {
  const said = options.filter((option) => given.text(option) !== undefined);
  return Object.fromEntries(
    said.map((option) => [option, String(given.number(option, option === 'seed' ? 0 : 1, MOST))]),
  );
}

/** Networks from elsewhere run here, but how they are built is not known to training. */
function checkOurs(model: ModelBundle): void {
  if (provenanceOf(model).settings?.channels) return;
  const expected = 'one that "neurotile train" made, or one that comes along';
  throw new NeurotileError('MODEL', { file: basename(model.folder), found: 'a network of another kind', expected });
}

/** The old population's studies count only where the model has not learned them. */
async function checkOld(folder: string, provenance: Provenance): Promise<void> {
  const { validation, training } = await checkDataset(folder);
  const seen = seenBy(provenance);
  const judges = validation.length > 0 ? validation : training;
  if (judges.some(({ name }) => !seen.has(name))) return;
  const found = `${judges.length} studies, each of which trained the model`;
  throw new NeurotileError('DATASET', { file: basename(folder), found, expected: 'some that it has not seen' });
}

async function requestOf(job: TrainingJob, digest?: string): Promise<string> {
  const hashOf = async (folder: string | undefined) =>
    folder &&
    createHash('sha256')
      .update(await readFile(join(folder, 'dataset.json')))
      .digest('hex');
  const { program, hyperparameters } = job;
  const [dataset, old] = [await hashOf(job.dataset), await hashOf(job.old)];
  return `${JSON.stringify({ v: 1, program, hyperparameters, dataset, old, from: digest })}\n`;
}

const isModel = (folder: string) =>
  access(join(folder, 'configs', 'metadata.json')).then(
    () => true,
    () => false,
  );

const requestFile = (out: string) => join(workFolder(out), 'request.json');

/**
 * Whether this very model is finished there.
 * @throws NeurotileError OUT_TAKEN where anything else is
 */
async function isThere(out: string, request: string): Promise<boolean> {
  const names = await readdir(out).catch((): string[] => []);
  if (names.length === 0) return false;
  const before = await readFile(requestFile(out), 'utf8').catch(() => undefined);
  if (before === request) return isModel(out);
  const found = before === undefined ? 'files of something else' : 'the work of another "neurotile train"';
  throw new NeurotileError('OUT_TAKEN', { file: basename(out), found });
}
