import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { FIRST_SENT_ATTRIBUTE } from '../../contract/environment.ts';
import type { Message } from '../../contract/messages.ts';
import type { StageName } from '../../contract/stages.ts';
import { NeurotileError } from '../../core/errors.ts';
import type { MessageQueue } from '../../pipeline/ports.ts';

/** SQS's limits: body and attributes together, and a delay. */
const MOST_BYTES = 1024 ** 2;
const MOST_DELAY_SECONDS = 900;

export interface SqsQueue extends MessageQueue {
  /**
   * A fresh copy of a message that is not done yet: receives are counted anew, and the time of its first sending stays.
   * @throws NeurotileError INTERNAL where it is larger than SQS takes
   */
  resend(message: Message, options: { delaySeconds: number; firstSentMs: number }): Promise<void>;
}

/** One SQS queue a stage. A longer delay than SQS knows (900 s) becomes that: whoever receives it can send it again. */
export function createSqsQueue({
  client,
  urls,
  nowMs,
}: {
  client: SQSClient;
  urls: Record<StageName, string>;
  nowMs: () => number;
}): SqsQueue {
  async function send(message: Message, firstSentMs: number, delaySeconds: number): Promise<void> {
    const body = asciiJson(message);
    const firstSent = { DataType: 'Number', StringValue: String(Math.round(firstSentMs)) };
    assertFits(body.length + [FIRST_SENT_ATTRIBUTE, ...Object.values(firstSent)].join('').length);
    await client.send(
      new SendMessageCommand({
        QueueUrl: urls[message.stage],
        MessageBody: body,
        MessageAttributes: { [FIRST_SENT_ATTRIBUTE]: firstSent },
        DelaySeconds: Math.min(Math.max(Math.ceil(delaySeconds), 0), MOST_DELAY_SECONDS),
      }),
    );
  }

  return {
    send: (message, { delaySeconds = 0 } = {}) => send(message, nowMs(), delaySeconds),
    resend: (message, { delaySeconds, firstSentMs }) => send(message, firstSentMs, delaySeconds),
  };
}

/** Names of studies may hold characters that SQS refuses, such as U+FFFF: all but ASCII is escaped. */
function asciiJson(message: Message): string {
  return JSON.stringify(message).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function assertFits(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new NeurotileError('INTERNAL', { found: `a message of ${bytes} bytes`, expected: `at most ${MOST_BYTES}` });
}
