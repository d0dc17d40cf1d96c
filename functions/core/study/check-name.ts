import { NeurotileError } from '../errors.ts';

/** Leaves room, in S3's 1,024 bytes, for the prefixes that a study's name and a file's name are put behind. */
export const LONGEST_NAME_BYTES = 900;

/**
 * A name of a study or a file, usable as part of an object key and of a path. Spaces, `+` and letters of any script are
 * ordinary; slashes part folders.
 *
 * @returns the name, unchanged
 * @throws NeurotileError NAME for "." or ".." or nothing between slashes (or backslashes), control characters, halves of
 *   surrogate pairs, more than 900 bytes as UTF-8
 */
export function checkName(name: string): string {
  const problem = problemOf(name);
  if (!problem) return name;
  throw new NeurotileError('NAME', {
    found: `${show(name)}, with ${problem}`,
    expected: 'a relative name without that',
  });
}

function problemOf(name: string): string | undefined {
  const parts = name.split(/[/\\]/);
  if (parts.includes('..')) return '".."';
  if (parts.includes('.')) return 'a part "."';
  if (name.split('/').includes('')) return 'an empty part';
  if (/\p{Cc}/u.test(name)) return 'a control character';
  if (/\p{Cs}/u.test(name)) return 'half a character';
  const bytes = utf8Bytes(name);
  return bytes > LONGEST_NAME_BYTES ? `${bytes} bytes, more than ${LONGEST_NAME_BYTES}` : undefined;
}

/** Quoted, short, and with what a terminal must not get spelled out. */
function show(name: string): string {
  const short = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `"${short.replace(/[\p{Cc}\p{Cs}]/gu, code)}"`;
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
