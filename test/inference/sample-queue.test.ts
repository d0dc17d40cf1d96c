import { describe, expect, test } from '@jest/globals';
import { createSampleQueue, type Sample } from '../../functions/inference/sample-queue.ts';

/** A sample is known by its one number; running it writes that number. 13 is a bad one. */
const sample = (n: number): Sample => ({ input: Uint16Array.of(n), output: new Uint8Array(1) });
const samples = (...numbers: number[]) => numbers.map(sample);
const outputs = (of: readonly Sample[]) => of.map(({ output }) => output[0]);

function queueOf(samplesAtOnce: number) {
  const runs: number[][] = [];
  const queue = createSampleQueue(async (group) => {
    runs.push(group.map(({ input }) => input[0]));
    await new Promise((resolve) => setImmediate(resolve));
    if (group.some(({ input }) => input[0] === 13)) throw new Error('bad luck');
    for (const { input, output } of group) output[0] = input[0];
  }, samplesAtOnce);
  return { queue, runs };
}

describe('the queue of samples', () => {
  test('runs one at a time, in order, where one at a time is asked for', async () => {
    const { queue, runs } = queueOf(1);
    const requests = [samples(1, 2), samples(3)];
    await Promise.all(requests.map((request) => queue.push(request)));
    expect(runs).toEqual([[1], [2], [3]]);
    expect(requests.map(outputs)).toEqual([[1, 2], [3]]);
  });

  test('groups what waits, across requests and inside them, up to its limit', async () => {
    const { queue, runs } = queueOf(3);
    const requests = [samples(1), samples(2, 3, 4, 5, 6), samples(7)];
    await Promise.all(requests.map((request) => queue.push(request)));
    expect(runs).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    expect(requests.map(outputs)).toEqual([[1], [2, 3, 4, 5, 6], [7]]);
  });

  test('takes in what comes while it runs, and starts again after it was empty', async () => {
    const { queue, runs } = queueOf(2);
    const first = queue.push(samples(1));
    setImmediate(() => void queue.push(samples(2)));
    await first;
    await queue.push(samples(3));
    await queue.push(samples(4));
    expect(runs.flat()).toEqual([1, 2, 3, 4]);
  });

  test('lets a bad sample fail alone: its neighbours in the run are done', async () => {
    const { queue, runs } = queueOf(4);
    const requests = [samples(1), samples(2, 13), samples(4)];
    const ends = await Promise.allSettled(requests.map((request) => queue.push(request)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(runs).toEqual([[1, 2, 13, 4], [1], [2], [13], [4]]);
    expect(outputs(requests[2])).toEqual([4]);
  });

  test('does not run the rest of a request that has failed', async () => {
    const { queue, runs } = queueOf(1);
    await expect(queue.push(samples(13, 2, 3))).rejects.toThrow('bad luck');
    await queue.push(samples(5));
    expect(runs).toEqual([[13], [5]]);
  });

  test('drops what nobody waits for any more, and says why', async () => {
    const { queue, runs } = queueOf(1);
    const leaver = new AbortController();
    const stays = queue.push(samples(1, 2));
    const leaves = queue.push(samples(3, 4), leaver.signal);
    leaver.abort(new Error('gone'));
    await expect(leaves).rejects.toThrow('gone');
    await stays;
    expect(runs).toEqual([[1], [2]]);
  });
});
