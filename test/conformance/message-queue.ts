import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Message } from '../../functions/contract/messages.ts';
import { STAGE_NAMES, type StageName } from '../../functions/contract/stages.ts';
import type { MessageQueue } from '../../functions/pipeline/ports.ts';

/** A message in the hands of who works on it. */
export interface Taken {
  message: Message;
  firstSentMs: number;
  /** Sends a fresh copy, as the verdict `again` asks for. */
  again(delaySeconds: number): Promise<void>;
}

export interface QueueUnderTest {
  queue: MessageQueue;
  /** What a stage's queue shows now, taken out of it for good; where something is expected, after a wait for it. */
  take(stage: StageName): Promise<Taken[]>;
  /** Lets time go by for the queue. */
  pass(seconds: number): Promise<void>;
  nowMs(): number;
}

const RUN = '0123456789abcdef0123456789abcdef';

/** One message a stage, as the pipeline sends them. */
const MESSAGES: Record<StageName, Message> = {
  ingest: { v: 1, stage: 'ingest', study: 'sub-01/ses-1' },
  register: { v: 1, stage: 'register', run: RUN },
  tile: { v: 1, stage: 'tile', run: RUN },
  infer: { v: 1, stage: 'infer', run: RUN, tiles: ['d0-h0-w0', 'd0-h0-w48'] },
  gather: { v: 1, stage: 'gather', run: RUN },
  reduce: { v: 1, stage: 'reduce', run: RUN },
  announce: { v: 1, stage: 'announce', key: `results/sub-01/${RUN}/result.json` },
};

/** What every message queue has to do; each adapter's test calls this. */
export function describeMessageQueue(name: string, make: () => Promise<QueueUnderTest>): void {
  describe(`${name} as a message queue`, () => {
    let house: QueueUnderTest;
    beforeEach(async () => {
      house = await make();
    });
    const send = (message: Message, options?: { delaySeconds?: number }) => house.queue.send(message, options);
    const messagesIn = async (stage: StageName) => (await house.take(stage)).map((t) => t.message);

    test('carries each message, unchanged, to the queue of its stage alone', async () => {
      for (const stage of STAGE_NAMES) await send(MESSAGES[stage]);
      for (const stage of STAGE_NAMES) expect(await messagesIn(stage)).toEqual([MESSAGES[stage]]);
      for (const stage of STAGE_NAMES) expect(await messagesIn(stage)).toEqual([]);
    });

    test.each([
      'Ärztin 脑 🧠 a+b %2F "quoted" \\ back',
      'tab\tline\nfeed\u0001',
      'last of the plane: \uffff',
      '\u2028',
    ])('carries any name: %j', async (study) => {
      await send({ v: 1, stage: 'ingest', study });
      expect(await messagesIn('ingest')).toEqual([{ v: 1, stage: 'ingest', study }]);
    });

    test('loses none of many that are sent at once', async () => {
      const keys = Array.from({ length: 25 }, (_, n) => `results/s${n}/error.json`);
      await Promise.all(keys.map((key) => send({ v: 1, stage: 'announce', key })));
      const seen = new Set<string>();
      for (let looks = 0; seen.size < keys.length && looks < 25; looks++)
        for (const message of await messagesIn('announce')) if (message.stage === 'announce') seen.add(message.key);
      expect([...seen].sort()).toEqual([...keys].sort());
    });

    test('knows when a message was first sent', async () => {
      const beforeMs = Math.floor(house.nowMs());
      await send(MESSAGES.tile);
      const [{ firstSentMs }] = await house.take('tile');
      expect(firstSentMs).toBeGreaterThanOrEqual(beforeMs);
      expect(firstSentMs).toBeLessThanOrEqual(Math.ceil(house.nowMs()));
    });

    test('keeps that time when a message is sent again, however often', async () => {
      await send(MESSAGES.infer);
      const [first] = await house.take('infer');
      let last = first;
      for (let n = 0; n < 3; n++) {
        await house.pass(0.05);
        await last.again(0);
        [last] = await house.take('infer');
      }
      expect(last.message).toEqual(MESSAGES.infer);
      expect(Math.round(last.firstSentMs)).toBe(Math.round(first.firstSentMs));
    });

    test('shows what was sent with a delay after it, and not before', async () => {
      await send(MESSAGES.reduce, { delaySeconds: 2 });
      expect(await messagesIn('reduce')).toEqual([]);
      await house.pass(2);
      expect(await messagesIn('reduce')).toEqual([MESSAGES.reduce]);
    });

    test('does not mind what happens to a message after it was sent', async () => {
      const tiles = ['d0-h0-w0'];
      await send({ v: 1, stage: 'infer', run: RUN, tiles });
      tiles.push('d0-h0-w48');
      expect(await messagesIn('infer')).toEqual([{ v: 1, stage: 'infer', run: RUN, tiles: ['d0-h0-w0'] }]);
    });
  });
}
