import { parentPort } from 'node:worker_threads';
import { NeurotileError } from '../../core/errors.ts';
import { type Answer, type Job, WARM_UP } from './protocol.ts';
import { loadElastix, registerWithElastix } from './register-with-elastix.ts';

/** The inside of a worker thread: one job at a time, one answer each. */
parentPort?.on('message', async (message: Job | typeof WARM_UP) => {
  if (message === WARM_UP) await loadElastix();
  else parentPort?.postMessage(await answer(message));
});

async function answer({ id, fixed, moving }: Job): Promise<Answer> {
  try {
    return { id, matrix: await registerWithElastix(fixed, moving) };
  } catch (error) {
    return { id, failed: error instanceof NeurotileError ? error.fields : { found: String(error) } };
  }
}
