import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics, Transforms } from '../contract/documents.ts';
import { entriesOf } from '../contract/model.ts';
import { registrationErrorMm } from '../core/phantom/registration-error.ts';
import { folderDeps } from './commands.ts';
import { type PhantomTruth, writePhantom } from './phantom.ts';
import { printOutcomes } from './print-outcome.ts';
import { runStudies } from './run.ts';

/** `npm start`: makes a phantom study, runs it, and holds what was found against what is true. */
export async function demo(out: string, model: string, threads: number, seed: number): Promise<number> {
  const study = join(out, 'phantom');
  const folder = join(out, 'result');
  console.log('A made-up glioma study: four sequences, each moved by a known rigid transform, on its own grid.');
  const { truth } = await writePhantom(study, { seed }, folderDeps);
  const outcomes = await runStudies({ input: study, out: folder, model, threads });
  const status = await printOutcomes(outcomes);
  if (status === 0) printRegistration(await read<Transforms>(folder, 'transforms.json'), truth);
  return status;
}

function printRegistration({ sequences }: Transforms, truth: PhantomTruth): void {
  for (const [sequence, { matrix, method, movedMm }] of entriesOf(sequences)) {
    if (method === 'reference') continue;
    const { mean, max } = registrationErrorMm(truth.transforms[sequence], matrix, truth.brainPoints);
    const moved = movedMm === undefined ? method : `moved by ${movedMm.toFixed(1)} mm`;
    console.log(
      `registration ${sequence.padEnd(6)}${moved}, error ${mean.toFixed(2)} mm, at most ${max.toFixed(2)} mm`,
    );
  }
}

const read = async <T extends Transforms | Metrics>(folder: string, name: string): Promise<T> =>
  JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
