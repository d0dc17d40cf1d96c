import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { NeurotileError } from '../core/errors.ts';
import { TRAINING_FOLDER } from './python-environment.ts';
import { runProgram } from './run-program.ts';

/** What one training is given; folders are absolute. */
export interface TrainingJob {
  /** train.py from nothing, finetune.py from a model. */
  readonly program: 'train.py' | 'finetune.py';
  readonly dataset: string;
  /** The bundle to start from. */
  readonly model?: string;
  /** Dataset of the old population. */
  readonly old?: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
}

export interface TrainWith {
  readonly python: string;
  readonly threads: number;
  readonly onLine: (line: string) => void;
}

/** Inside the out folder: where a job that was stopped goes on. Laid out as SageMaker lays out /opt/ml. */
export const workFolder = (out: string) => join(out, '.training');

/** A bundle's files; what makes a folder a model comes last. */
const BUNDLE = ['models/model.onnx', 'README.md', 'configs/metadata.json'];

/**
 * Trains in `out`, and moves the model there once it is whole. Stopped, the same call goes on.
 * @returns whether it came to its end; false where it was stopped
 * @throws NeurotileError TRAINING, or DATASET where the files turn out not to be usable after all
 */
export async function train(job: TrainingJob, out: string, { python, threads, onLine }: TrainWith): Promise<boolean> {
  const prefix = workFolder(out);
  await layOut(job, prefix);
  const args = [join(TRAINING_FOLDER, job.program), '--prefix', prefix];
  const ending = await runProgram(python, args, { onLine, environment: environmentOf(threads) });
  if (ending.isStopped) return false;
  if (ending.status !== 0) throw await failure(prefix, ending.lastWords.at(-1) ?? `exit status ${ending.status}`);
  for (const file of BUNDLE) {
    await mkdir(dirname(join(out, file)), { recursive: true });
    await rename(join(prefix, 'model', file), join(out, file));
  }
  for (const part of ['input', 'checkpoints', 'model', 'output'])
    await rm(join(prefix, part), { recursive: true, force: true });
  return true;
}

async function layOut({ dataset, model, old, hyperparameters }: TrainingJob, prefix: string): Promise<void> {
  const channels = { training: dataset, model, old };
  await rm(join(prefix, 'input'), { recursive: true, force: true });
  await rm(join(prefix, 'output'), { recursive: true, force: true });
  await mkdir(join(prefix, 'input', 'data'), { recursive: true });
  await mkdir(join(prefix, 'input', 'config'), { recursive: true });
  for (const [channel, folder] of Object.entries(channels))
    if (folder) await symlink(resolve(folder), join(prefix, 'input', 'data', channel), 'junction');
  await writeFile(join(prefix, 'input', 'config', 'hyperparameters.json'), JSON.stringify(hyperparameters));
}

function environmentOf(threads: number): Record<string, string> {
  return {
    OMP_NUM_THREADS: String(threads),
    OMP_WAIT_POLICY: 'PASSIVE', // threads that spin while they wait steal from whatever else the machine does
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/** What the program wrote down of its failure, else its last words. */
async function failure(prefix: string, lastWords: string): Promise<NeurotileError> {
  const text = await readFile(join(prefix, 'output', 'failure'), 'utf8').catch(() => lastWords);
  const [, dataset] = /^DatasetError: (.*)/.exec(text) ?? [];
  if (dataset) return new NeurotileError('DATASET', { found: dataset });
  const [, model] = /^ValueError: (the model to start from .*)/.exec(text) ?? [];
  if (model) return new NeurotileError('MODEL', { found: model });
  return new NeurotileError('TRAINING', { file: basename(dirname(prefix)), found: text.trim().split('\n')[0] });
}
