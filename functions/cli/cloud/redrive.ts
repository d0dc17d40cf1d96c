import { messagesOf } from '../../contract/queue-body.ts';
import type { Bucket } from '../../contract/stages.ts';
import { studyOf } from '../../pipeline/fail.ts';
import { openRun } from '../../pipeline/open-work.ts';
import type { ObjectStore, Ports } from '../../pipeline/ports.ts';

/** One message that was received too often. */
export interface Letter {
  body: string;
  /** What removes it. */
  receipt: string;
}

/** A stage's dead letters, and the queue that they came from. */
export interface LetterBox {
  /** Some of them, hidden from others for a minute; none when there are none. */
  receive(): Promise<Letter[]>;
  /** Into the stage's queue, as if it came for the first time. */
  send(body: string): Promise<void>;
  remove(letter: Letter): Promise<void>;
  /** About how many lie there, those included that somebody is looking at. */
  count(): Promise<number>;
}

/**
 * Gives a stage's dead letters another chance: first sent, then removed, so that none is lost; one that is sent twice
 * does no harm.
 * @param reopen called with each body before it is sent
 * @returns how many were sent, and about how many are left because somebody else was looking at them
 */
export async function redrive(
  box: LetterBox,
  reopen: (body: string) => Promise<void>,
): Promise<{ sent: number; left: number }> {
  let sent = 0;
  for (let letters = await box.receive(); letters.length > 0; letters = await box.receive())
    for (const letter of letters) {
      await reopen(letter.body);
      await box.send(letter.body);
      await box.remove(letter);
      sent++;
    }
  return { sent, left: await box.count() };
}

/** Marks the runs that a message is about as under way again: they had failed, and the world was told so. */
export async function reopenRuns(
  body: string,
  work: ObjectStore,
  bucketOf: (name: string) => Bucket | undefined,
): Promise<void> {
  for (const message of messagesOf(body, bucketOf) ?? []) {
    const { study, run } = (await studyOf(message, { work } as Ports)) ?? {};
    if (study !== undefined && run !== undefined) await openRun(study, run, { work });
  }
}
