import { describe, expect, jest, test } from '@jest/globals';
import type { Context, SQSEvent } from 'aws-lambda';
import { createTools } from '../../functions/handlers/shared/powertools.ts';
import { createTrainingHandler } from '../../functions/handlers/shared/training-handler.ts';
import { makeTrainingPorts, storeDataset, type TestTrainingPorts } from '../helpers/training-ports.ts';

/** A batch of bodies, and all that was logged of it. */
async function handle(ports: TestTrainingPorts, bodies: readonly unknown[]) {
  const tools = createTools('training');
  const lines: string[] = [];
  for (const level of ['info', 'warn', 'error'] as const)
    jest.spyOn(tools.logger, level).mockImplementation((...said: unknown[]) => void lines.push(JSON.stringify(said)));
  const Records = bodies.map((body, n) => ({
    messageId: `m${n}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }));
  const context = { getRemainingTimeInMillis: () => 60_000, functionName: 'training' } as unknown as Context;
  const answer = await createTrainingHandler(ports, tools)({ Records } as unknown as SQSEvent, context);
  return { failed: answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), lines };
}

const start = { v: 1, task: 'start', dataset: 'site' };

describe('a batch of training tasks', () => {
  test('is worked off one task after the other; what is none of ours is dropped', async () => {
    const ports = makeTrainingPorts();
    await storeDataset(ports);
    const { failed } = await handle(ports, [start, 'nothing', { v: 1, task: 'gate' }]);
    expect(failed).toEqual([]);
    expect(ports.runner.created).toHaveLength(1);
  });

  test('loses nothing to a task that throws: its records alone come back, all that asked for it', async () => {
    const ports = makeTrainingPorts();
    await storeDataset(ports);
    const broken = { ...ports.jobs, create: () => Promise.reject(new Error('datasets/site: 500')) };
    const { failed, lines } = await handle({ ...ports, jobs: broken }, [start, { v: 1, task: 'gate' }, start]);
    expect(failed).toEqual(['m0', 'm2']);
    expect(lines.join()).not.toContain('datasets/site');
  });

  test('sends what is to be done again, once', async () => {
    const ports = makeTrainingPorts();
    await storeDataset(ports);
    const studies: typeof ports.studies = {
      ...ports.studies,
      put: async (key, bytes, options) =>
        options?.ifAbsent ? { outcome: 'conflict' } : ports.studies.put(key, bytes, options),
    };
    const { failed } = await handle({ ...ports, studies }, [start, start]);
    expect([failed, ports.asked]).toEqual([[], [start]]);
  });

  test('is logged without the name of a dataset', async () => {
    const ports = makeTrainingPorts();
    const { lines } = await handle(ports, [{ ...start, dataset: 'Miller John' }]);
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('Miller');
  });
});
