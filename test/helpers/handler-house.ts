import { createNodeCodec } from '../../functions/adapters/node-codec.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import type { Message } from '../../functions/contract/messages.ts';
import type { House } from '../../functions/handlers/shared/house.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import { createMemoryStore } from './memory-store.ts';
import { noRegistrar } from './run-study.ts';

/** A message as it was sent. */
export interface Sent {
  message: Message;
  delaySeconds?: number;
  firstSentMs?: number;
}

/** What a handler works with, on a store of the test's own; what it sends is kept. */
export function makeHandlerHouse(studies: ObjectStore): House & { sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    bucketOf: (name) => (name === 'b-studies' ? 'studies' : name === 'b-work' ? 'work' : undefined),
    ports: {
      studies,
      work: createMemoryStore(),
      queue: {
        send: async (message, { delaySeconds } = {}) => void sent.push({ message, delaySeconds }),
        resend: async (message, options) => void sent.push({ message, ...options }),
      },
      registrar: noRegistrar,
      predictor: { predict: async () => ({ state: 'done' }) },
      codec: createNodeCodec(),
      clock: systemClock,
      events: { publish: async () => {} },
      hashStudy: async (study) => `hash-${study.length}`,
      recent: (_, make) => make(),
      ahead() {},
      viewerScript: async () => '',
      log() {},
    },
  };
}
