import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../../contract/environment.ts';

/**
 * An EventBridge bus: `source` is ours, `detail-type` the event's type, `detail` the event. PutEvents answers 200 for
 * entries that it did not take too, so each answer is looked at.
 */
export function createEventBridgeBus({
  client,
  busName,
  source = EVENT_SOURCE,
}: {
  client: EventBridgeClient;
  busName: string;
  source?: string;
}): { publish(event: { id: string; type: string }): Promise<void> } {
  return {
    async publish(event) {
      const entry = {
        EventBusName: busName,
        Source: source,
        DetailType: event.type,
        Detail: JSON.stringify(event),
      };
      const { FailedEntryCount = 0, Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      // No coded error: the message comes back, and with it the event, with the same id.
      if (FailedEntryCount > 0) throw new Error(`event ${event.id} not taken: ${Entries[0]?.ErrorCode ?? 'no reason'}`);
    },
  };
}
