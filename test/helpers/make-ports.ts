import type { Message } from '../../functions/contract/messages.ts';
import type { LogEvent, ObjectStore, Ports, Predictor, StudyEvent } from '../../functions/pipeline/ports.ts';
import { makeParts } from './house.ts';
import { createMemoryStore } from './memory-store.ts';
import { noRegistrar } from './run-study.ts';

/** Ports on stores in memory that keep what they are told; the clock is the test's. */
export interface TestPorts extends Ports {
  sent: Message[];
  told: StudyEvent[];
  logged: LogEvent[];
  clock: Ports['clock'] & { passSeconds(seconds: number): void };
}

/** Aligned to no hour: a quarter past. */
const START_MS = Date.UTC(2026, 10, 20, 12, 15);

export function makePorts({ predictor = noPredictor }: { predictor?: Predictor } = {}): TestPorts {
  let nowMs = START_MS;
  const clock = {
    nowMs: () => nowMs,
    rssMb: () => 1,
    passSeconds: (seconds: number) => {
      nowMs += 1000 * seconds;
    },
  };
  const [studies, work] = [createMemoryStore(clock.nowMs), createMemoryStore(clock.nowMs)];
  const sent: Message[] = [];
  const logged: LogEvent[] = [];
  const log = (event: LogEvent) => void logged.push(event);
  const parts = makeParts({ studies, work, url: 'http://127.0.0.1:9', registrar: noRegistrar, log });
  const queue = { send: async (message: Message) => void sent.push(message) };
  return { ...parts, clock, queue, predictor, sent, logged };
}

/** For tests in which no tile is to reach a model. */
export const noPredictor: Predictor = {
  async predict() {
    throw new Error('a tile was sent to a model');
  },
};

export const putText = (store: ObjectStore, key: string, text: string) =>
  store.put(key, new TextEncoder().encode(text));
