import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TrainingPorts } from '../../pipeline/training/ports.ts';

/** The queue of training tasks, which are ASCII. */
export function createSqsTrainingTasks({ client, url }: { client: SQSClient; url: string }): TrainingPorts['tasks'] {
  return {
    async send(task, { delaySeconds = 0 } = {}) {
      const MessageBody = JSON.stringify(task);
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody, DelaySeconds: delaySeconds }));
    },
  };
}
