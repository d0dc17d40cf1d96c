import { expect, test } from '@jest/globals';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { createTools } from '../../functions/handlers/shared/powertools.ts';
import { createWatchHandler } from '../../functions/handlers/shared/watch-handler.ts';
import type { DeadLetters } from '../../functions/pipeline/ports.ts';
import { makeHandlerHouse } from '../helpers/handler-house.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { keepWritten } from '../helpers/written.ts';

const STUDY = 'Doe^Jane';
const written = keepWritten();
const context = { functionName: 'f', awsRequestId: 'r' } as Context;

function watchWith(deadLetters: DeadLetters) {
  const { ports } = makeHandlerHouse(createMemoryStore());
  const handler = createWatchHandler({ ...ports, deadLetters }, createTools('watch'));
  return handler({} as ScheduledEvent, context);
}

test('the watchdog counts what it saw and did, by metric and line', async () => {
  const body = JSON.stringify({ v: 1, stage: 'ingest', study: STUDY });
  await watchWith({ peek: async () => [{ stage: 'ingest', body, sentMs: Date.now() - 60_000 }] });
  expect(written.metrics()).toMatchObject([{ stage: 'watch', StudiesInFlight: expect.any(Number), RunsStalled: 1 }]);
  expect(written.logged().at(-1)).toMatchObject({ stage: 'watch', message: 'watch', failed: 1, letters: 1 });
  expect(written.text()).not.toMatch(/Doe|Jane/);
});

test('a round that breaks is told of by name and place; what is thrown on has no name in it', async () => {
  const broken = watchWith({
    peek: async () => {
      throw new RangeError(`no results/${STUDY}`);
    },
  });
  await expect(broken).rejects.toThrow('the watchdog did not come round');
  expect(written.logged().at(-1)).toMatchObject({
    level: 'ERROR',
    stage: 'watch',
    error: { stack: expect.anything() },
  });
  expect(written.text()).toContain('RangeError');
  expect(written.text()).not.toMatch(/Doe|Jane/);
});
