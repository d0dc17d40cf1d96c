import {
  ChangeMessageVisibilityBatchCommand,
  type Message as Letter,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { STAGE_NAMES, type StageName } from '../../contract/stages.ts';
import type { DeadLetters } from '../../pipeline/ports.ts';

/** Longer than a look at all of a queue takes, so that no letter is seen twice; a look that dies hides them no longer. */
const HIDDEN_SECONDS = 60;
/** SQS hands out ten at most; a wait of a second asks all its servers, none asks a few. */
const RECEIVE = { MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
/** Letters of one queue that are looked at. What lies behind them is seen once they are redriven. */
const MOST_LETTERS = 1000;

/** The dead-letter queues. Looking takes letters out for a moment, and puts them back. */
export function createSqsDeadLetters({
  client,
  urls,
}: {
  client: SQSClient;
  urls: Record<StageName, string>;
}): DeadLetters {
  async function lettersOf(stage: StageName) {
    const letters = await lookAt(client, urls[stage]);
    return letters.map(({ Body = '', Attributes }) => ({
      stage,
      body: Body,
      sentMs: Number(Attributes?.SentTimestamp ?? 0),
    }));
  }
  return {
    async peek() {
      return (await Promise.all(STAGE_NAMES.map(lettersOf))).flat();
    },
  };
}

async function lookAt(client: SQSClient, url: string): Promise<Letter[]> {
  const letters = new Map<string | undefined, Letter>();
  try {
    while (letters.size < MOST_LETTERS) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          ...RECEIVE,
          QueueUrl: url,
          VisibilityTimeout: HIDDEN_SECONDS,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      if (Messages.length === 0) break;
      for (const letter of Messages) letters.set(letter.MessageId, letter);
    }
  } finally {
    await putBack(client, url, [...letters.values()]);
  }
  return [...letters.values()];
}

/** Visible again at once, for `redrive`; where that fails they are by themselves, a little later. */
async function putBack(client: SQSClient, url: string, letters: readonly Letter[]): Promise<void> {
  for (let n = 0; n < letters.length; n += RECEIVE.MaxNumberOfMessages) {
    const Entries = letters
      .slice(n, n + RECEIVE.MaxNumberOfMessages)
      .map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: 0 }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })).catch(() => {});
  }
}
