import type { SQSRecord } from 'aws-lambda';
import { FIRST_SENT_ATTRIBUTE } from '../../contract/environment.ts';
import { messagesOf } from '../../contract/queue-body.ts';
import type { StageName } from '../../contract/stages.ts';
import { handle } from '../../pipeline/handle.ts';
import { type Delivered, onePerWork, type Work } from '../../pipeline/one-per-work.ts';
import type { House } from './house.ts';
import type { Observer } from './observe.ts';

interface FromRecord extends Delivered {
  /** Its place in the batch. */
  record: number;
  isFirst: boolean;
}

/**
 * A batch, one piece of work after the other; what one of them throws fails the records that asked for it, and no
 * others. A work that is to be done again is sent again, once.
 * @returns one outcome a record, in their order
 */
export async function workOnBatch(
  stage: StageName,
  records: readonly SQSRecord[],
  house: House,
  observer: Observer,
): Promise<PromiseSettledResult<void>[]> {
  const outcomes = records.map((): PromiseSettledResult<void> => ({ status: 'fulfilled', value: undefined }));
  const asked = records.flatMap((record, n) => messagesIn(record, n));
  for (const work of onePerWork(asked)) {
    if (await isSpent(work)) continue;
    for (const { record } of work.copies) outcomes[record] = { status: 'rejected', reason: undefined };
  }
  observer.flush();
  return outcomes;

  function messagesIn(record: SQSRecord, place: number): FromRecord[] {
    const messages = messagesOf(record.body, house.bucketOf);
    const isOurs = messages?.every((message) => message.stage === stage);
    if (!messages || !isOurs) {
      observer.foreign();
      return [];
    }
    const isFirst = record.attributes.ApproximateReceiveCount === '1';
    return messages.map((message) => ({ message, firstSentMs: firstSentMsOf(record), record: place, isFirst }));
  }

  async function isSpent({ message, firstSentMs, copies }: Work<FromRecord>): Promise<boolean> {
    const { clock, queue } = house.ports;
    const startedMs = clock.nowMs();
    try {
      const verdict = await handle(message, { firstSentMs, isFirst: copies.every((c) => c.isFirst) }, house.ports);
      if (verdict.verdict === 'again') await queue.resend(message, { delaySeconds: verdict.delaySeconds, firstSentMs });
      await observer.ended(message, verdict, { startedMs, firstSentMs });
      return true;
    } catch (error) {
      await observer.threw(message, error);
      return false;
    }
  }
}

/** Copies that `again` sends carry it along; SQS knows it of first ones. */
function firstSentMsOf({ messageAttributes, attributes }: SQSRecord): number {
  const kept = Number(messageAttributes[FIRST_SENT_ATTRIBUTE]?.stringValue);
  return Number.isFinite(kept) ? kept : Number(attributes.SentTimestamp);
}
