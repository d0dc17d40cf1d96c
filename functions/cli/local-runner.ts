import { createInProcessQueues, type Received, visibilitySeconds } from '../adapters/in-process-queue.ts';
import { notifying } from '../adapters/notifying-store.ts';
import { errorKey, studyOfResult } from '../contract/keys.ts';
import { messageFor } from '../contract/notifications.ts';
import { type Bucket, STAGE_NAMES, STAGES, type StageName } from '../contract/stages.ts';
import { failDeadLetter } from '../pipeline/fail.ts';
import { handle } from '../pipeline/handle.ts';
import { onePerWork, type Work } from '../pipeline/one-per-work.ts';
import type { MessageQueue, ObjectStore, Ports, Predictor } from '../pipeline/ports.ts';

/** How a study ended: the key of its result.json or error.json. */
export interface Ending {
  study: string;
  key: string;
  completed: boolean;
}

export interface LocalRunner {
  /** The ports with the wiring of the stage table: what use-cases are given. */
  ports: Ports;
  /** Sends a study on its way; ends when its result or error was announced. */
  run(study: string): Promise<Ending>;
  /** Ends when a study's next result or error was announced. */
  ended(study: string): Promise<Ending>;
  /** No new work is begun; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** All that a runner needs of the world but what it wires itself. */
export type LocalParts = Omit<Ports, 'queue' | 'predictor'> & {
  /** The predictor that puts its predictions into this store: the one that tells of them. */
  predictorOn(work: ObjectStore): Predictor;
};

export interface LocalRunnerOptions {
  /** A handler threw; its message comes back. */
  onError(stage: StageName, error: unknown): void;
  /** Stands between the use-cases and the queue; tests let it fail. */
  queueOf?(queue: MessageQueue): MessageQueue;
}

/** One process has few cores: these stages are the only ones that gain from more than one worker. */
const LOCAL_WORKERS: Partial<Record<StageName, number>> = { infer: 3 };

/** Seconds until a message whose handler threw is tried again. */
const RETRY_SECONDS = 1;

/**
 * The stage table in one process: a queue and workers a stage, stores that tell of created objects. What is wired here
 * is what is deployed.
 */
export function createLocalRunner(
  base: LocalParts,
  { onError, queueOf = (queue) => queue }: LocalRunnerOptions,
): LocalRunner {
  const waiting = new Map<string, (ending: Ending) => void>();
  const busy = new Map<StageName, number>();
  const underWay = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const queues = createInProcessQueues({
    nowMs: base.clock.nowMs,
    onMessage: () => setImmediate(pump),
    onDeadLetter: (message) => {
      if (message.stage === 'announce') settle(message.key);
      else track(failDeadLetter(message, ports).catch((error) => onError(message.stage, error)));
    },
  });
  const tell = (bucket: Bucket) => async (key: string) => {
    const message = messageFor(bucket, key);
    if (message) await queues.send(message);
  };
  const work = notifying(base.work, tell('work'));
  const ports: Ports = {
    ...base,
    studies: notifying(base.studies, tell('studies')),
    work,
    predictor: base.predictorOn(work),
    queue: queueOf({
      // Here one `reduce` runs at a time, so a second word comes after the first anyway.
      send: (message, options) => queues.send(message, message.stage === 'reduce' ? {} : options),
    }),
  };

  function track(work: Promise<void>): void {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  function pump(): void {
    if (stopped) return;
    for (const stage of STAGE_NAMES) {
      while ((busy.get(stage) ?? 0) < Math.min(STAGES[stage].concurrency, LOCAL_WORKERS[stage] ?? 1)) {
        const batch = queues.receive(stage);
        if (batch.length === 0) break;
        busy.set(stage, (busy.get(stage) ?? 0) + 1);
        track(
          workOn(stage, batch).finally(() => {
            busy.set(stage, busy.get(stage)! - 1);
            setImmediate(pump);
          }),
        );
      }
    }
    clearTimeout(timer);
    const next = queues.nextVisibleMs();
    if (next !== undefined) timer = setTimeout(pump, Math.max(10, next - base.clock.nowMs()));
  }

  async function workOn(stage: StageName, batch: Received[]): Promise<void> {
    const extend = () => {
      for (const { receipt } of batch) queues.changeVisibility(stage, receipt, visibilitySeconds(stage));
    };
    // What the handler waits for keeps the process alive; this alone must not.
    const heartbeat = setInterval(extend, 500 * visibilitySeconds(stage)).unref();
    for (const work of onePerWork(batch)) await workOnOne(stage, work);
    clearInterval(heartbeat);
  }

  async function workOnOne(stage: StageName, { message, firstSentMs, copies }: Work<Received>): Promise<void> {
    try {
      const verdict = await handle(message, { firstSentMs }, ports);
      for (const { receipt } of copies)
        if (verdict.verdict === 'again') queues.resend(stage, receipt, verdict.delaySeconds);
        else queues.acknowledge(stage, receipt);
      if (message.stage === 'announce' && verdict.verdict === 'done') settle(message.key);
    } catch (error) {
      onError(stage, error);
      for (const { receipt } of copies) queues.changeVisibility(stage, receipt, RETRY_SECONDS);
    }
  }

  function settle(key: string): void {
    const study = studyOfResult(key)?.study;
    if (study !== undefined) waiting.get(study)?.({ study, key, completed: key !== errorKey(study) });
  }

  const ended = (study: string) =>
    new Promise<Ending>((resolve) => waiting.set(study, resolve)).finally(() => waiting.delete(study));

  return {
    ports,
    ended,
    run(study) {
      const ending = ended(study);
      void queues.send({ v: 1, stage: 'ingest', study });
      return ending;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
