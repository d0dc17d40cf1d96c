import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { EVENT_SOURCE } from '../../functions/contract/environment.ts';
import type { StudyEvent } from '../../functions/pipeline/ports.ts';
import { events, sqs } from './clients.ts';
import type { Deployed } from './deploy.ts';

/** An event as others get it: EventBridge's own fields around `StudyEvent`. */
export interface HeardEvent {
  source: string;
  'detail-type': string;
  detail: Omit<StudyEvent, 'type'>;
}

/** Puts a rule on the bus, as any service may, with a queue behind it. @returns what was heard so far, all of it */
export async function collectEvents(
  { bus, instanceId }: Deployed,
  source = EVENT_SOURCE,
): Promise<() => Promise<readonly HeardEvent[]>> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `${instanceId}-heard` }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const rule = { Name: `${instanceId}-heard`, EventBusName: bus };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: [source] }) }));
  await events.send(
    new PutTargetsCommand({
      Rule: rule.Name,
      EventBusName: bus,
      Targets: [{ Id: 'heard', Arn: Attributes!.QueueArn }],
    }),
  );
  const heard: HeardEvent[] = [];
  return async () => {
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return heard;
      for (const { Body, ReceiptHandle } of Messages) {
        heard.push(JSON.parse(Body!) as HeardEvent);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  };
}
