import { createLocalRunner, type Ending } from '../../functions/cli/local-runner.ts';
import type { MessageQueue, ObjectStore, Registrar } from '../../functions/pipeline/ports.ts';
import { makeParts } from './house.ts';

export interface RunStudyOptions {
  studies: ObjectStore;
  work: ObjectStore;
  url: string;
  registrar: Registrar;
  queueOf?(queue: MessageQueue): MessageQueue;
  /** Ends the wait early, as a killed process ends. */
  until?: Promise<void>;
}

/** Runs one uploaded study to its end in a runner of its own; undefined when `until` came first. */
export async function runStudy(
  study: string,
  { queueOf, until, ...options }: RunStudyOptions,
): Promise<Ending | undefined> {
  const errors: unknown[] = [];
  const runner = createLocalRunner(makeParts(options), { onError: (_, error) => errors.push(error), queueOf });
  const ending = await Promise.race([runner.run(study), ...(until ? [until.then(() => undefined)] : [])]);
  // What a dead process had under way never ends, so there is nothing to wait for.
  const stopped = runner.stop();
  if (ending) await stopped;
  if (errors.length > 0) throw errors[0];
  return ending;
}

/** A registrar for studies that are aligned: it is never to be asked. */
export const noRegistrar: Registrar = {
  async register() {
    throw new Error('an aligned study was sent to registration');
  },
};
