import { createEventBridgeClient, createKmsClient } from '../adapters/aws/clients.ts';
import { createEventBridgeBus } from '../adapters/aws/eventbridge-bus.ts';
import { createKmsHasher } from '../adapters/aws/kms-hasher.ts';
import { countEvents } from './shared/count-events.ts';
import { variable } from './shared/environment.ts';
import { stageHandler } from './shared/stage-handler.ts';

/** Turns result.json and error.json into events that other services can act on. */
export const handler = stageHandler('announce', (_, tools) => {
  const bus = createEventBridgeBus({ client: createEventBridgeClient(), busName: variable('eventBus') });
  return {
    events: countEvents(bus, tools),
    hashStudy: createKmsHasher({ client: createKmsClient(), keyId: variable('studyHashKey') }),
  };
});
