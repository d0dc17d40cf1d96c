import { STAGE_NAMES, type StageName } from '../../functions/contract/stages.ts';
import type { Random } from '../../functions/core/random.ts';
import { createFifo, type Fifo } from './fifo.ts';
import type { Meter } from './meter.ts';
import type { Parameters } from './parameters.ts';
import type { Message } from './study.ts';
import type { Timeline } from './timeline.ts';

/** Above the function's time-out, as infra/ has it. */
const VISIBILITY_MARGIN_SECONDS = 30;

export interface Workers {
  send(message: Message, delaySeconds?: number): void;
  /** Messages that wait to be received. */
  waiting(stage: StageName): number;
  /** Lambdas at work in the account. */
  running(): number;
}

export interface WorkersOptions {
  timeline: Timeline;
  random: Random;
  parameters: Parameters;
  meter: Meter;
  /** Begins the work of a batch; `ended` once, with what the work has changed in the world. */
  work(stage: StageName, batch: readonly Message[], ended: (effect: () => void) => void): void;
  buried(message: Message): void;
}

interface Pool {
  queue: Fifo<Message>;
  /** Pollers with a batch in hand. */
  busy: number;
  /** Lambdas at work, and execution environments that were started. */
  active: number;
  warm: number;
}

interface Batch {
  stage: StageName;
  messages: Message[];
  /** When the messages show again. */
  untilAt: number;
}

/** SQS queues and the Lambdas that they feed: concurrency, receives, dead letters, throttles, kills, cold starts. */
export function createWorkers({ timeline, random, parameters, meter, work, buried }: WorkersOptions): Workers {
  const pools = Object.fromEntries(
    STAGE_NAMES.map((stage): [StageName, Pool] => [stage, { queue: createFifo(), busy: 0, active: 0, warm: 0 }]),
  ) as Record<StageName, Pool>;
  const held: Batch[] = [];
  let running = 0;

  function send(message: Message, delaySeconds = 0): void {
    if (delaySeconds > 0) timeline.after(delaySeconds, () => show(message));
    else show(message);
  }

  function show(message: Message): void {
    pools[message.stage].queue.push(message);
    poll(message.stage);
  }

  function poll(stage: StageName): void {
    const pool = pools[stage];
    while (pool.queue.size() > 0 && pool.busy < parameters.stages[stage].concurrency) {
      const messages = receive(stage);
      if (messages.length === 0) continue;
      pool.busy++;
      const { timeoutSeconds } = parameters.stages[stage];
      invoke({ stage, messages, untilAt: timeline.now() + timeoutSeconds + VISIBILITY_MARGIN_SECONDS });
    }
  }

  function receive(stage: StageName): Message[] {
    const { batchSize, maxReceives } = parameters.stages[stage];
    const { queue } = pools[stage];
    const batch: Message[] = [];
    while (batch.length < batchSize && queue.size() > 0) {
      const message = queue.shift();
      if (message.receives >= maxReceives) bury(message);
      else {
        message.receives++;
        batch.push(message);
      }
    }
    return batch;
  }

  function bury(message: Message): void {
    meter.note('dead letter', timeline.now());
    buried(message);
  }

  function invoke(batch: Batch): void {
    if (running < parameters.accountConcurrency) begin(batch);
    else turnAway(batch);
  }

  function turnAway(batch: Batch): void {
    meter.note('throttle', timeline.now());
    if (parameters.throttled === 'returned') {
      comeBack(batch);
      timeline.after(parameters.pollerPauseSeconds, () => release(batch.stage));
      return;
    }
    held.push(batch);
    timeline.after(batch.untilAt - timeline.now(), () => giveUp(batch));
  }

  /** The messages show again before the account had room for them. */
  function giveUp(batch: Batch): void {
    const place = held.indexOf(batch);
    if (place < 0) return;
    held.splice(place, 1);
    comeBack(batch);
    release(batch.stage);
  }

  function comeBack({ messages, untilAt }: Batch): void {
    meter.note('returned receive', timeline.now());
    timeline.after(Math.max(0, untilAt - timeline.now()), () => messages.forEach(show));
  }

  function release(stage: StageName): void {
    pools[stage].busy--;
    poll(stage);
  }

  function begin(batch: Batch): void {
    const { stage, messages } = batch;
    const startedAt = timeline.now();
    running++;
    pools[stage].active++;
    const isKilled = random.uniform() < parameters.killedShare;
    let isOver = false;
    const over = (): boolean => {
      if (isOver) return false;
      isOver = true;
      end(stage, startedAt);
      return true;
    };
    const kill = () => {
      if (!over()) return;
      meter.note('killed', timeline.now());
      comeBack(batch);
      release(stage);
    };
    if (isKilled) timeline.after(random.uniform(0, parameters.work[stage]), kill);
    if (waitsForOthers(stage)) timeline.after(parameters.stages[stage].timeoutSeconds, kill);
    timeline.after(coldStart(stage), () =>
      work(stage, messages, (effect) => {
        if (!over()) return;
        effect();
        release(stage);
      }),
    );
  }

  /** All other work is far below its time-out; a test says so. */
  const waitsForOthers = (stage: StageName) => stage === 'infer' && parameters.predictor === 'realtime';

  function coldStart(stage: StageName): number {
    const pool = pools[stage];
    if (pool.active <= pool.warm) return 0;
    pool.warm++;
    return parameters.coldStartSeconds;
  }

  function end(stage: StageName, startedAt: number): void {
    running--;
    pools[stage].active--;
    meter.invocations[stage]++;
    meter.billedSeconds[stage] += timeline.now() - startedAt;
    // Whoever asks again first has it: any of those that wait.
    if (held.length > 0) begin(held.splice(random.integer(held.length), 1)[0]);
  }

  return { send, waiting: (stage) => pools[stage].queue.size(), running: () => running };
}
