import { expect, test } from '@jest/globals';
import { onePerWork } from '../../functions/pipeline/one-per-work.ts';

const gather = (digit: string) => ({ v: 1, stage: 'gather', run: digit.repeat(32) }) as const;

test('equal messages are one piece of work, with the earliest time and every copy, in the order they came', () => {
  const batch = [
    { message: gather('a'), firstSentMs: 30, receipt: 1 },
    { message: gather('b'), firstSentMs: 20, receipt: 2 },
    { message: gather('a'), firstSentMs: 10, receipt: 3 },
  ];
  expect(onePerWork(batch)).toEqual([
    { message: gather('a'), firstSentMs: 10, copies: [batch[0], batch[2]] },
    { message: gather('b'), firstSentMs: 20, copies: [batch[1]] },
  ]);
  expect(onePerWork([])).toEqual([]);
});
