import { InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { lambda } from './clients.ts';
import type { Deployed } from './deploy.ts';

/** The watchdog's Lambda, called as its schedule calls it. */
export function goRound({ watchFunction }: Deployed): Promise<InvokeCommandOutput> {
  const event = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
  return lambda.send(new InvokeCommand({ FunctionName: watchFunction, Payload: JSON.stringify(event) }));
}
