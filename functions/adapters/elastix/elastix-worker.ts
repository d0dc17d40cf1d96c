import { parentPort } from 'node:worker_threads';
import { NeurotileError } from '../../core/errors.ts';
import type { Answer, Job } from './protocol.ts';
import { registerWithElastix } from './register-with-elastix.ts';

/** The inside of a worker thread: one job at a time, one answer each. */
parentPort?.on('message', async (job: Job) => parentPort?.postMessage(await answer(job)));

async function answer({ id, fixed, moving }: Job): Promise<Answer> {
  try {
    return { id, matrix: await registerWithElastix(fixed, moving) };
  } catch (error) {
    return { id, failed: error instanceof NeurotileError ? error.fields : { found: String(error) } };
  }
}
