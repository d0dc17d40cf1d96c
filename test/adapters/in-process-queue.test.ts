import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  createInProcessQueues,
  type InProcessQueues,
  visibilitySeconds,
} from '../../functions/adapters/in-process-queue.ts';
import type { Message } from '../../functions/contract/messages.ts';
import { STAGES } from '../../functions/contract/stages.ts';
import { describeMessageQueue } from '../conformance/message-queue.ts';

const RUN = '0123456789abcdef0123456789abcdef';
const message = (stage: 'register' | 'gather' = 'register'): Message => ({ v: 1, stage, run: RUN });

describeMessageQueue('an in-process queue', async () => {
  let nowMs = 1_000_000;
  const queue = createInProcessQueues({ nowMs: () => nowMs });
  return {
    queue,
    nowMs: () => nowMs,
    async pass(seconds) {
      nowMs += 1000 * seconds;
    },
    async take(stage) {
      const taken = queue.receive(stage).map(({ message, firstSentMs, receipt }) => {
        const again = async (delaySeconds: number) => queue.resend(stage, receipt, delaySeconds);
        return { message, firstSentMs, again };
      });
      return taken;
    },
  };
});

describe('an in-process queue', () => {
  let nowMs: number;
  let queues: InProcessQueues;
  beforeEach(() => {
    nowMs = 1_000_000;
    queues = createInProcessQueues({ nowMs: () => nowMs });
  });

  test('hands out what was sent, to its own stage', async () => {
    await queues.send(message());
    expect(queues.receive('tile')).toEqual([]);
    expect(queues.receive('register')[0]).toMatchObject({ message: message(), receiveCount: 1, firstSentMs: nowMs });
  });

  test('hides a received message until its visibility ends, then brings it back', async () => {
    await queues.send(message());
    queues.receive('register');
    expect(queues.receive('register')).toEqual([]);
    nowMs += 1000 * visibilitySeconds('register') - 1;
    expect(queues.receive('register')).toEqual([]);
    nowMs += 1;
    expect(queues.receive('register')[0].receiveCount).toBe(2);
  });

  test('is rid of what was acknowledged', async () => {
    await queues.send(message());
    queues.acknowledge('register', queues.receive('register')[0].receipt);
    nowMs += 1e9;
    expect(queues.receive('register')).toEqual([]);
    expect(queues.nextVisibleMs()).toBeUndefined();
  });

  test('does not take a receipt of an earlier receive', async () => {
    await queues.send(message());
    const old = queues.receive('register')[0].receipt;
    nowMs += 1000 * visibilitySeconds('register');
    queues.receive('register');
    queues.acknowledge('register', old);
    nowMs += 1000 * visibilitySeconds('register');
    expect(queues.receive('register')).toHaveLength(1);
  });

  test('makes a dead letter of a message received too often, and says so', async () => {
    const buried: Message[] = [];
    queues = createInProcessQueues({ nowMs: () => nowMs, onDeadLetter: (m) => buried.push(m) });
    await queues.send(message());
    for (let n = 0; n < STAGES.register.maxReceives; n++) {
      queues.changeVisibility('register', queues.receive('register')[0].receipt, 0);
    }
    expect(queues.receive('register')).toEqual([]);
    expect(queues.deadLetters()).toEqual([message()]);
    expect(buried).toEqual([message()]);
  });

  test('keeps a message alive that is sent again any number of times', async () => {
    await queues.send(message());
    for (let n = 0; n < 50; n++) {
      const [received] = queues.receive('register');
      expect(received).toMatchObject({ receiveCount: 1, firstSentMs: 1_000_000 });
      queues.resend('register', received.receipt, 5);
      expect(queues.receive('register')).toEqual([]);
      nowMs += 5000;
    }
    expect(queues.deadLetters()).toEqual([]);
  });

  test('delays what is sent with a delay, and knows when it shows', async () => {
    await queues.send(message(), { delaySeconds: 3 });
    expect(queues.receive('register')).toEqual([]);
    expect(queues.nextVisibleMs()).toBe(nowMs + 3000);
    nowMs += 3000;
    expect(queues.receive('register')).toHaveLength(1);
  });

  test('hands out a batch at most', async () => {
    for (let n = 0; n < STAGES.gather.batchSize + 2; n++) await queues.send(message('gather'));
    expect(queues.receive('gather')).toHaveLength(STAGES.gather.batchSize);
    expect(queues.receive('gather')).toHaveLength(2);
  });

  test('carries bytes, not references', async () => {
    const tiles = ['0001'];
    await queues.send({ v: 1, stage: 'infer', run: RUN, tiles });
    tiles.push('0002');
    expect(queues.receive('infer')[0].message).toMatchObject({ tiles: ['0001'] });
  });
});
