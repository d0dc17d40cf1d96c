import { resultKey, resultsPrefix, waitingKey } from '../contract/keys.ts';
import type { Message } from '../contract/messages.ts';
import { messagesOf } from '../contract/queue-body.ts';
import { NOTIFICATIONS, type StageName, WATCH } from '../contract/stages.ts';
import { errorKeyOf } from './error-key.ts';
import { failDeadLetter, studyOf } from './fail.ts';
import type { DeadLetters, Ports } from './ports.ts';
import type { Round } from './watch-round.ts';

/** Letters that one tick opens. */
const MOST_LETTERS = 500;

/**
 * Every dead letter becomes an error of its study, once. The letters stay, for `redrive`.
 * @returns how many there are, and how many studies failed by them now
 */
export async function watchLetters(
  ports: Ports & { deadLetters: DeadLetters },
  round: Round,
): Promise<{ letters: number; failed: number }> {
  const letters = await ports.deadLetters.peek();
  let failed = 0;
  await round.some(
    letters,
    { most: MOST_LETTERS, everySeconds: WATCH.everySeconds },
    async ({ stage, body, sentMs }) => {
      const messages = messagesOf(body, () => bucketThatWakes(stage));
      if (!messages) ports.log({ stage, message: 'a dead letter that is none of ours' });
      for (const message of messages ?? []) {
        if (await isTold(message, sentMs, ports)) continue;
        await failDeadLetter(message, ports);
        failed++;
      }
    },
  );
  return { letters: letters.length, failed };
}

/** One bucket alone tells a stage's queue of its objects, so the letter's stage says which it was. */
const bucketThatWakes = (stage: StageName) => NOTIFICATIONS.find((n) => n.stage === stage)?.bucket;

/**
 * Whether nothing is left to be said of a message: its run has a result; or its study has an error that is younger than
 * the message, this very one when the watchdog was here before; or the message is about nobody we know. Errors are told
 * apart by time and not by what they say: of two letters each would be news to the other, for ever.
 */
async function isTold(message: Message, sentMs: number, ports: Ports): Promise<boolean> {
  const about = await studyOf(message, ports);
  if (!about) return true;
  const { study, run } = about;
  if (run !== undefined && (await ports.studies.head(resultKey(study, run)))) return true;
  const error = await ports.studies.head(await errorKeyOf(study, ports.codec));
  if (error && error.storedMs >= sentMs) return true;
  return message.stage === 'ingest' && isBegunSince(study, sentMs, ports);
}

/** Another of the study's many upload events was luckier: its run has written something. */
async function isBegunSince(study: string, sentMs: number, { studies }: Ports): Promise<boolean> {
  const written = await studies.list(resultsPrefix(study));
  return written.some((o) => o.key !== waitingKey(study) && o.storedMs >= sentMs);
}
