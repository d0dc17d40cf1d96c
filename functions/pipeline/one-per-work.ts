import type { Message } from '../contract/messages.ts';

/** A message as some queue handed it out. */
export interface Delivered {
  message: Message;
  /** When this piece of work was first sent, ms. */
  firstSentMs: number;
}

/** One piece of work, and all the deliveries that ask for it. */
export interface Work<D extends Delivered> extends Delivered {
  copies: D[];
}

/**
 * Equal messages of one batch are one piece of work: many predictions wake one `gather`. Works come in the order of
 * their first message, with the earliest time of any.
 */
export function onePerWork<D extends Delivered>(batch: readonly D[]): Work<D>[] {
  const works = new Map<string, Work<D>>();
  for (const delivered of batch) {
    const { message, firstSentMs } = delivered;
    const name = JSON.stringify(message);
    const work = works.get(name) ?? { message, firstSentMs, copies: [] };
    work.firstSentMs = Math.min(work.firstSentMs, firstSentMs);
    work.copies.push(delivered);
    works.set(name, work);
  }
  return [...works.values()];
}
