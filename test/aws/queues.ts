import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Message } from '../../functions/contract/messages.ts';
import { type Bucket, STAGE_NAMES, type StageName } from '../../functions/contract/stages.ts';
import { sqs } from './clients.ts';
import type { Deployed } from './deploy.ts';

/** Messages in a queue: visible, being worked on, and delayed. */
export async function depthOf(url: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  const count = (which: '' | 'NotVisible' | 'Delayed') => Number(Attributes[`ApproximateNumberOfMessages${which}`]);
  return count('') + count('NotVisible') + count('Delayed');
}

/** Depths of all queues that are not empty, by stage. */
export async function depthsOf(urls: Record<StageName, string>): Promise<Partial<Record<StageName, number>>> {
  const depths = await Promise.all(STAGE_NAMES.map(async (stage) => [stage, await depthOf(urls[stage])] as const));
  return Object.fromEntries(depths.filter(([, depth]) => depth > 0));
}

export async function isQuiet({ queueUrls }: Deployed): Promise<boolean> {
  return Object.keys(await depthsOf(queueUrls)).length === 0;
}

/** Bodies of a queue's messages, which are left there. */
export async function bodiesIn(url: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 20 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map((m) => m.Body!));
  }
}

export function sendBody(url: string, body: string, delaySeconds = 0): Promise<unknown> {
  return sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, DelaySeconds: delaySeconds }));
}

export function sendMessage({ queueUrls }: Deployed, message: Message, delaySeconds = 0): Promise<unknown> {
  return sendBody(queueUrls[message.stage], JSON.stringify(message), delaySeconds);
}

/** What S3 tells a queue of a created object, as recorded from AWS; keys are encoded as forms do. */
export function s3Notification(deployed: Deployed, bucket: Bucket, key: string): string {
  const name = deployed[bucket];
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'us-east-1',
        eventTime: '2026-01-01T00:00:00.000Z',
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
        requestParameters: { sourceIPAddress: '192.0.2.1' },
        responseElements: { 'x-amz-request-id': 'EXAMPLE', 'x-amz-id-2': 'EXAMPLE' },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'example',
          bucket: { name, ownerIdentity: { principalId: 'EXAMPLE' }, arn: `arn:aws:s3:::${name}` },
          object: {
            key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
            size: 1,
            eTag: 'd41d8cd98f00b204e9800998ecf8427e',
            versionId: 'example',
            sequencer: '0055AED6DCD90281E5',
          },
        },
      },
    ],
  });
}
