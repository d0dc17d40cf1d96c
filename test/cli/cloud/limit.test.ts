import { describe, expect, test } from '@jest/globals';
import { createLimit } from '../../../functions/cli/cloud/limit.ts';

const turn = () => new Promise<void>((done) => setImmediate(done));

describe('a limit', () => {
  test('lets no more run at once than it says, and all in the end', async () => {
    const limit = createLimit(2);
    let running = 0;
    let most = 0;
    const work = async (n: number) => {
      most = Math.max(most, ++running);
      await turn();
      running--;
      return n;
    };
    expect(await Promise.all([1, 2, 3, 4, 5].map((n) => limit(() => work(n))))).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  test('begins nothing more once something has failed', async () => {
    const limit = createLimit(2);
    const begun: number[] = [];
    const work = async (n: number) => {
      begun.push(n);
      await turn();
      if (n === 1) throw new Error('first');
    };
    const all = await Promise.allSettled([1, 2, 3, 4].map((n) => limit(() => work(n))));
    expect(begun).toEqual([1, 2]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected']);
    await expect(limit(() => work(5))).rejects.toThrow('first');
  });
});
