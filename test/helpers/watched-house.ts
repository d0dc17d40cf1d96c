import { createInProcessQueues } from '../../functions/adapters/in-process-queue.ts';
import { notifying } from '../../functions/adapters/notifying-store.ts';
import { OPEN_PREFIX } from '../../functions/contract/keys.ts';
import type { Message } from '../../functions/contract/messages.ts';
import { messageFor } from '../../functions/contract/notifications.ts';
import { type Bucket, STAGE_NAMES, WATCH } from '../../functions/contract/stages.ts';
import { handle } from '../../functions/pipeline/handle.ts';
import type { DeadLetters, ObjectStore, Ports, StudyEvent } from '../../functions/pipeline/ports.ts';
import { type Watched, watch } from '../../functions/pipeline/watch.ts';
import { makeParts, useTinyModel } from './house.ts';
import { makePorts } from './make-ports.ts';
import { noRegistrar } from './run-study.ts';

/** The whole house in one thread, in a time of its own, with the watchdog and a hole in its wiring. */
export interface WatchedHouse {
  studies: ObjectStore;
  work: ObjectStore;
  told: StudyEvent[];
  ports: Ports & { deadLetters: DeadLetters };
  /** Which messages and notifications get lost; none where there is nothing. */
  lose?: (message: Message) => boolean;
  lost: Message[];
  nowMs(): number;
  /** Does all work that is visible until then. */
  passSeconds(seconds: number): Promise<void>;
  /** Lets the time of one tick pass, then the watchdog looks. */
  tick(): Promise<Watched>;
  /** Ticks until the world has been told of everything, or the last tick. */
  ticksUntilQuiet(most: number): Promise<number>;
}

export async function openWatchedHouse(url: string): Promise<WatchedHouse> {
  const bare = makePorts();
  const { clock, told } = bare;
  const queues = createInProcessQueues({ nowMs: clock.nowMs });
  const send = async (message: Message, options?: { delaySeconds?: number }) => {
    if (house.lose?.(message)) house.lost.push(message);
    else await queues.send(message, options);
  };
  const tell = (bucket: Bucket) => async (key: string) => {
    const message = messageFor(bucket, key);
    if (message) await send(message);
  };
  const studies = notifying(bare.studies, tell('studies'));
  const work = notifying(bare.work, tell('work'));
  const predictor = makeParts({ studies, work, url, registrar: noRegistrar }).predictorOn(work);
  const ports = { ...bare, studies, work, predictor, queue: { send }, deadLetters: { peek: async () => [] } };

  async function workOnAll(): Promise<void> {
    for (let busy = true; busy; ) {
      busy = false;
      for (const stage of STAGE_NAMES)
        for (const { message, receipt, firstSentMs } of queues.receive(stage)) {
          busy = true;
          const verdict = await handle(message, { firstSentMs }, ports);
          if (verdict.verdict === 'again') queues.resend(stage, receipt, verdict.delaySeconds);
          else queues.acknowledge(stage, receipt);
        }
    }
  }

  async function passSeconds(seconds: number): Promise<void> {
    const untilMs = clock.nowMs() + 1000 * seconds;
    for (;;) {
      await workOnAll();
      const next = Math.min(queues.nextVisibleMs() ?? untilMs, untilMs);
      clock.passSeconds((next - clock.nowMs()) / 1000);
      if (clock.nowMs() >= untilMs) return;
    }
  }

  async function tick(): Promise<Watched> {
    await passSeconds(WATCH.everySeconds);
    return watch(ports);
  }

  const house: WatchedHouse = {
    studies,
    work,
    told,
    ports,
    lost: [],
    nowMs: clock.nowMs,
    passSeconds,
    tick,
    async ticksUntilQuiet(most) {
      for (let n = 1; n <= most; n++) {
        await tick();
        await workOnAll();
        if ((await work.list(OPEN_PREFIX)).length === 0 && told.length > 0) return n;
      }
      return Number.POSITIVE_INFINITY;
    },
  };
  await useTinyModel(bare.studies);
  return house;
}
