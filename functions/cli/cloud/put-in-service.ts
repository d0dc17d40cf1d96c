import type { ServiceEntry } from '../../contract/training.ts';
import { NeurotileError } from '../../core/errors.ts';
import type { ObjectStore } from '../../pipeline/ports.ts';
import { putInService } from '../../pipeline/training/service.ts';
import type { Cloud } from './open-cloud.ts';

/** Others who change the model in service at the same moment are few. */
const MOST_TRIES = 5;

/** Puts a model into service, whichever it replaces. */
export async function putInServiceForSure(digest: string, by: ServiceEntry['by'], studies: ObjectStore): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) if ((await putInService(digest, by, studies)) === 'done') return;
  throw new NeurotileError('INTERNAL', { found: `${MOST_TRIES} other changes of the model in service meanwhile` });
}

/** Says what that means. */
export function tellInService(digest: string, { stack }: Cloud): void {
  console.log(`current model: ${digest.slice(0, 12)}. Studies under way end with the one that they began with.`);
  if (stack.predictor !== 'lambda')
    console.log('Each model has an endpoint of its own: deploy with that model before studies come.');
}
