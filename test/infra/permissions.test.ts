import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { PERMISSIONS_FILE, permissionsPage } from '../../tools/write-permissions.ts';

describe('docs/permissions.md', () => {
  test('is what tools/write-permissions.ts writes; run it after changing a right', () => {
    expect(readFileSync(PERMISSIONS_FILE, 'utf8')).toBe(permissionsPage());
  });
});
