import { availableParallelism } from 'node:os';
import { createElastixRegistrar } from '../adapters/elastix/elastix-registrar.ts';
import { stageHandler } from './shared/stage-handler.ts';

/** Every sequence onto the reference: elastix in a thread a core. */
export const handler = stageHandler('register', () => ({
  registrar: createElastixRegistrar({ workers: availableParallelism() }),
}));
