import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEventBridgeClient } from '../../../functions/adapters/aws/clients.ts';
import { createEventBridgeBus } from '../../../functions/adapters/aws/eventbridge-bus.ts';
import type { StudyEvent } from '../../../functions/pipeline/ports.ts';
import { describeEventBus } from '../../conformance/event-bus.ts';
import { json, jsonError } from './recorded-answers.ts';
import { type RecordedAws, startRecordedAws } from './recorded-aws.ts';

let aws: RecordedAws;
beforeAll(async () => {
  aws = await startRecordedAws();
});
afterAll(() => aws.close());

const bus = () =>
  createEventBridgeBus({ client: createEventBridgeClient({ attempts: 3, timeoutMs: 300 }), busName: 'neurotile' });
const taken = json({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
const entries = () => aws.calls.flatMap(({ body }) => JSON.parse(body.toString()).Entries);

const event: StudyEvent = {
  id: '0'.repeat(32),
  type: 'Study Failed',
  version: 1,
  studyHash: 'a'.repeat(32),
  key: 'results/s/error.json',
  code: 'INTERNAL',
};

describeEventBus('EventBridge', async () => {
  aws.answer(taken);
  return { bus: bus(), told: async () => entries().map((entry) => JSON.parse(entry.Detail)) };
});

describe('an EventBridge bus', () => {
  test('names source, type and bus', async () => {
    aws.answer(taken);
    await bus().publish(event);
    expect(entries()).toEqual([
      { EventBusName: 'neurotile', Source: 'neurotile', DetailType: 'Study Failed', Detail: JSON.stringify(event) },
    ]);
  });

  test('an entry that was not taken is an error, although the answer is 200', async () => {
    aws.answer(json({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' }] }));
    await expect(bus().publish(event)).rejects.toThrow(`event ${event.id} not taken: ThrottlingException`);
  });

  test('gets over a throttle, and not over refused rights', async () => {
    aws.answer(jsonError(400, 'ThrottlingException'), taken);
    await bus().publish(event);
    aws.answer(jsonError(400, 'AccessDeniedException'));
    await expect(bus().publish(event)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(aws.calls).toHaveLength(1);
  });
});
