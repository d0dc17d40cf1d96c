import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ERRORS } from '../../functions/core/errors.ts';
import { errorDocs } from '../../tools/write-error-docs.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

describe('docs/errors.md', () => {
  test('is what tools/write-error-docs.ts writes; run it after changing an error', () => {
    expect(page).toBe(errorDocs());
  });

  test('has a row for each code there is, and for no other', () => {
    const rows = Array.from(page.matchAll(/^\| `([A-Z_]+)` \|/gm), ([, code]) => code);
    expect(rows.sort()).toEqual(Object.keys(ERRORS).sort());
  });
});
