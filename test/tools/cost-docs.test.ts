import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { costDocs } from '../../tools/write-cost-docs.ts';

describe('docs/cost.md', () => {
  test('is what tools/write-cost-docs.ts writes; run it after changing a price, a stage or what was measured', () => {
    expect(readFileSync(join(import.meta.dirname, '../../docs/cost.md'), 'utf8')).toBe(costDocs());
  });
});
