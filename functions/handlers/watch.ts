import { createSqsClient } from '../adapters/aws/clients.ts';
import { createSqsDeadLetters } from '../adapters/aws/sqs-dead-letters.ts';
import { urlsIn } from './shared/environment.ts';
import { openHouse } from './shared/house.ts';
import { createTools } from './shared/powertools.ts';
import { createWatchHandler } from './shared/watch-handler.ts';

/** Looks on a schedule for runs that stand still, and at the dead letters. */
const tools = createTools('watch');
const { ports } = openHouse(tools);
const deadLetters = createSqsDeadLetters({ client: createSqsClient(), urls: urlsIn('deadLetterUrls') });

export const handler = createWatchHandler({ ...ports, deadLetters }, tools);
