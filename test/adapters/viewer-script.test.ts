import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { escapeForScript, viewerScript } from '../../functions/adapters/viewer-script.ts';

let folder: string;
let script: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewer-'));
  script = await viewerScript(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe('the viewer’s script', () => {
  test('holds NiiVue and its licence, and is small enough to put into every report', () => {
    expect(script).toContain('Copyright (c) 2021, niivue authors');
    expect(script.length).toBeGreaterThan(300_000);
    expect(script.length).toBeLessThan(2_500_000);
  });

  test('can stand in a script element, and reads the same after the HTML parser', () => {
    expect(script).not.toMatch(/<\/script|<!--|\r/i);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: anything but ASCII would hang on the page's encoding
    expect(script).toMatch(/^[\x00-\x7f]*$/);
  });

  test('leaves out what would fetch chunks from servers, and all WebAssembly', () => {
    expect(script).not.toContain('AGFzbQ'); // base64 of "\0asm", as inlined modules begin
  });

  test('is built once, and then read from its cache', async () => {
    const [name, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(await viewerScript(folder)).toBe(await readFile(join(folder, name), 'utf8'));
    expect(await readdir(folder)).toEqual([name]);
  });
});

test('escapeForScript keeps what the script means', () => {
  const source = 'globalThis.x = "</script><!-- </SCRIPT";';
  const escaped = escapeForScript(source);
  expect(escaped).not.toMatch(/<\/script|<!--/i);
  expect(new Function(`${escaped}; return globalThis.x`)()).toBe('</script><!-- </SCRIPT');
});
