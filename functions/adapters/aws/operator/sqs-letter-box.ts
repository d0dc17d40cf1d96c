import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { LetterBox } from '../../../cli/cloud/redrive.ts';

/** Longer than ten letters take to be sent. */
const HIDDEN_SECONDS = 60;

/**
 * Redrive by receiving and sending, which works wherever SQS does. When the copy was first sent is left out: what waits
 * for something has its whole time again.
 */
export function createSqsLetterBox({
  client,
  queueUrl,
  deadLetterUrl,
}: {
  client: SQSClient;
  queueUrl: string;
  deadLetterUrl: string;
}): LetterBox {
  return {
    async receive() {
      // A wait asks all of SQS's servers, none asks a few.
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: deadLetterUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
          VisibilityTimeout: HIDDEN_SECONDS,
        }),
      );
      return Messages.map(({ Body = '', ReceiptHandle = '' }) => ({ body: Body, receipt: ReceiptHandle }));
    },
    async send(body) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    },
    async remove({ receipt }) {
      await client.send(new DeleteMessageCommand({ QueueUrl: deadLetterUrl, ReceiptHandle: receipt }));
    },
    async count() {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: [...COUNTS] }),
      );
      return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },
  };
}

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
