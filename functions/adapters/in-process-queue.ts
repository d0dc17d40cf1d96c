import { randomUUID } from 'node:crypto';
import type { Message } from '../contract/messages.ts';
import { STAGE_NAMES, STAGES, type StageName } from '../contract/stages.ts';
import type { MessageQueue } from '../pipeline/ports.ts';

/** A message as it was received: hold it, work, then `acknowledge` it or let it come back. */
export interface Received {
  message: Message;
  receipt: string;
  receiveCount: number;
  /** When this piece of work was first sent, ms; kept by `again`. */
  firstSentMs: number;
}

interface Held {
  message: Message;
  firstSentMs: number;
  receiveCount: number;
  visibleAtMs: number;
  receipt?: string;
}

/** Seconds that a received message stays hidden: the stage's time-out and a margin. */
export const visibilitySeconds = (stage: StageName) => STAGES[stage].timeoutSeconds + 30;

export interface InProcessQueues extends MessageQueue {
  /** Up to the stage's batch size of visible messages; empty when there are none. Letters past their receives are set aside first. */
  receive(stage: StageName): Received[];
  /** The work is done: the message is gone. */
  acknowledge(stage: StageName, receipt: string): void;
  /** Hidden for so many seconds from now: 0 gives it back, more keeps it for a worker that lives. */
  changeVisibility(stage: StageName, receipt: string, seconds: number): void;
  /** Replaces a received message by a fresh copy, to be seen after the delay; receives are counted anew. */
  resend(stage: StageName, receipt: string, delaySeconds: number): void;
  /** Messages received too often, to be looked at. */
  deadLetters(): Message[];
  /** When the next hidden message shows, ms; undefined where nothing waits. */
  nextVisibleMs(): number | undefined;
}

/**
 * SQS in one process: at least once, hidden while worked on, back when nobody said it was done, a dead letter after
 * too many receives. One queue a stage, from the stage table.
 */
export function createInProcessQueues(options: {
  nowMs: () => number;
  onMessage?: () => void;
  onDeadLetter?: (message: Message) => void;
}): InProcessQueues {
  const queues = Object.fromEntries(STAGE_NAMES.map((s) => [s, [] as Held[]])) as Record<StageName, Held[]>;
  const dead: Message[] = [];

  const add = (held: Held) => {
    queues[held.message.stage].push(held);
    options.onMessage?.();
  };
  const find = (stage: StageName, receipt: string) => queues[stage].find((h) => h.receipt === receipt);
  const remove = (stage: StageName, held: Held) => queues[stage].splice(queues[stage].indexOf(held), 1);
  const bury = (stage: StageName, held: Held) => {
    remove(stage, held);
    dead.push(held.message);
    options.onDeadLetter?.(held.message);
  };

  return {
    async send(message, { delaySeconds = 0 } = {}) {
      const now = options.nowMs();
      // A queue carries bytes, not references: what was sent cannot change under its reader.
      const copy = JSON.parse(JSON.stringify(message)) as Message;
      add({ message: copy, firstSentMs: now, receiveCount: 0, visibleAtMs: now + 1000 * delaySeconds });
    },
    receive(stage) {
      const now = options.nowMs();
      const visible = queues[stage].filter((h) => h.visibleAtMs <= now);
      for (const held of visible.filter((h) => h.receiveCount >= STAGES[stage].maxReceives)) bury(stage, held);
      return visible
        .filter((h) => h.receiveCount < STAGES[stage].maxReceives)
        .slice(0, STAGES[stage].batchSize)
        .map((held) => {
          held.receiveCount++;
          held.receipt = randomUUID();
          held.visibleAtMs = now + 1000 * visibilitySeconds(stage);
          const { message, receipt, receiveCount, firstSentMs } = held;
          return { message, receipt, receiveCount, firstSentMs };
        });
    },
    acknowledge(stage, receipt) {
      const held = find(stage, receipt);
      if (held) remove(stage, held);
    },
    changeVisibility(stage, receipt, seconds) {
      const held = find(stage, receipt);
      if (!held) return;
      held.visibleAtMs = options.nowMs() + 1000 * seconds;
      if (seconds === 0) options.onMessage?.();
    },
    resend(stage, receipt, delaySeconds) {
      const held = find(stage, receipt);
      if (!held) return;
      remove(stage, held);
      add({
        message: held.message,
        firstSentMs: held.firstSentMs,
        receiveCount: 0,
        visibleAtMs: options.nowMs() + 1000 * delaySeconds,
      });
    },
    deadLetters: () => [...dead],
    nextVisibleMs() {
      const times = STAGE_NAMES.flatMap((s) => queues[s].map((h) => h.visibleAtMs));
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}
