import { describe, expect, test } from '@jest/globals';
import { ageText, statusCells } from '../../../functions/cli/cloud/status-text.ts';

describe('a row of the status table', () => {
  test.each([
    [-5000, '0 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [3_599_000, '59 min'],
    [3_600_000, '1 h'],
    [47 * 3_600_000, '47 h'],
    [49 * 3_600_000, '2 days'],
  ])('tells an age of %d ms as %s', (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });

  test('says why no tile may have come, by predictor', () => {
    const status = { study: 's', state: 'infer', sinceMs: 0, tiles: { done: 3, total: 9, quiet: true } } as const;
    expect(statusCells({ ...status, run: 'abcdefabcdefabcdef' }, 'async', 5000)).toEqual([
      's',
      'infer 3 of 9, waiting for the GPU',
      'abcdefabcdef',
      '5 s',
    ]);
    expect(statusCells(status, 'lambda', 0)[1]).toBe('infer 3 of 9, waiting for a free Lambda');
  });
});
