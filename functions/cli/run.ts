import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../adapters/system-clock.ts';
import type { Result, StudyError } from '../contract/documents.ts';
import { incomingPrefix } from '../contract/keys.ts';
import { NeurotileError } from '../core/errors.ts';
import { fromJson } from '../pipeline/json.ts';
import type { LogEvent } from '../pipeline/ports.ts';
import { fetchResults, writeError } from './fetch-results.ts';
import { type FoundStudy, findStudies } from './find-studies.ts';
import { bucketFolder, openLocalHouse } from './local-house.ts';
import { createLocalRunner } from './local-runner.ts';
import { findModel, useModel } from './models.ts';
import { createProgress, type Progress } from './progress.ts';
import { upload } from './upload.ts';

export interface RunOptions {
  /** A study's folder, or a folder of studies. */
  input: string;
  out: string;
  model: string;
  threads: number;
  /** Keeps tensors and predictions, which are otherwise forgotten when a study is done. */
  keepWork?: boolean;
}

/** How one study ended. */
export type StudyOutcome = { study: FoundStudy; folder: string } & ({ result: Result } | { error: StudyError });

/**
 * Runs a study, or every study of a folder, each into its own folder. What is done stays done: an interrupted run goes
 * on where it stopped, and one that is complete answers at once.
 */
export async function runStudies(options: RunOptions): Promise<StudyOutcome[]> {
  const model = await findModel(options.model);
  const studies = await findStudies(options.input);
  const isSingle = studies.length === 1;
  const outcomes: StudyOutcome[] = [];
  for (const study of studies) {
    const folder = isSingle ? options.out : join(options.out, ...study.name.split('/'));
    const progress = createProgress(process.stderr, systemClock.nowMs);
    if (!isSingle) progress.say(`\n${study.name}`);
    outcomes.push(await runStudy(study, folder, model, options, progress));
  }
  return outcomes;
}

async function runStudy(
  study: FoundStudy,
  folder: string,
  model: Awaited<ReturnType<typeof findModel>>,
  { threads, keepWork }: RunOptions,
  progress: Progress,
): Promise<StudyOutcome> {
  const stateFolder = join(folder, '.neurotile');
  const house = openLocalHouse({
    stateFolder,
    modelFolder: model.folder,
    threads,
    log: (event) => {
      if (isHalfRegistered(event)) house.warmUpServer();
      progress.log(event);
    },
  });
  house.warmUpRegistrar();
  const { studies, codec } = house.base;
  const runner = createLocalRunner(house.base, {
    onError: (stage, error) => progress.say(`  ${stage}: ${messageOf(error)}; trying again`),
  });
  try {
    await useModel(model, studies);
    await upload(study, studies, codec);
    const ending = await runner.run(study.name);
    await runner.stop();
    progress.end();
    void house.close(); // While results are copied; awaited below.
    if (ending.completed) {
      const result = await fetchResults(ending.key, studies, folder);
      if (!keepWork) await forgetWork(stateFolder, study.name);
      return { study, folder, result };
    }
    const error = fromJson<StudyError>((await studies.get(ending.key))!.bytes);
    await writeError(error, folder);
    return { study, folder, error };
  } catch (cause) {
    if (!(cause instanceof NeurotileError)) throw cause;
    const { kind, code, message } = cause;
    const error: StudyError = { v: 1, study: study.name, kind, code, message };
    await writeError(error, folder);
    return { study, folder, error };
  } finally {
    await house.close();
  }
}

/** What the cloud's buckets let expire: tensors, predictions, and the copy of what came in. */
async function forgetWork(stateFolder: string, study: string): Promise<void> {
  await rm(bucketFolder(stateFolder, 'work'), { recursive: true, force: true });
  const incoming = incomingPrefix(study).split('/').filter(Boolean);
  await rm(join(bucketFolder(stateFolder, 'studies'), 'objects', ...incoming), { recursive: true, force: true });
}

/** Threads that registered first have nothing left to do then, and the model is needed soon. */
const isHalfRegistered = ({ stage, done = 0, total = 0 }: LogEvent) => stage === 'register' && 2 * done >= total;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
