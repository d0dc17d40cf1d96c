import { describe, expect, test } from '@jest/globals';
import { durationSeconds } from '../../../functions/cli/cloud/invite-command.ts';
import { buildInvitePage, type InvitedFile } from '../../../functions/cli/cloud/invite-page.ts';
import { SEQUENCES } from '../../../functions/contract/model.ts';
import { roleOfName } from '../../../functions/core/study/role-of-name.ts';

const STUDY = 'a "b" <c> & d+é';
const NAMES = [...SEQUENCES, 'seg'] as const;
const files = NAMES.map(
  (name): InvitedFile => ({
    name,
    keyStem: `incoming/${STUDY}/${name}`,
    url: 'https://bucket.s3.eu-central-1.amazonaws.com/',
    fields: { Policy: 'p+/=', 'X-Amz-Signature': 'abc' },
  }),
);
const page = buildInvitePage({ study: STUDY, files, until: '2030-01-02 03:04 UTC', mostMb: 300 });
const unescaped = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

describe('the page that invites to upload', () => {
  test('has one form a file, whose key and fields are those that were signed', () => {
    const forms = page.match(/<form [\s\S]*?<\/form>/g)!;
    expect(forms).toHaveLength(5);
    for (const [n, form] of forms.entries()) {
      const inputs = Array.from(form.matchAll(/name="([^"]+)" value="([^"]*)"/g), ([, name, value]) => [
        name,
        unescaped(value),
      ]);
      expect(inputs).toEqual([
        ['key', `incoming/${STUDY}/${NAMES[n]}.nii.gz`],
        ['Policy', 'p+/='],
        ['X-Amz-Signature', 'abc'],
      ]);
      // S3 reads no field that comes after the file.
      expect(form.indexOf('type="file"')).toBeGreaterThan(form.lastIndexOf('type="hidden"'));
    }
  });

  test('gives files names that ingest understands', () => {
    for (const sequence of SEQUENCES)
      for (const ending of ['.nii', '.nii.gz']) expect(roleOfName(sequence + ending)).toBe(sequence);
    expect(roleOfName('seg.nii.gz')).toBe('reference');
  });

  test('may reach the bucket alone, and loads nothing', () => {
    const policy = unescaped(/Content-Security-Policy" content="([^"]*)"/.exec(page)![1]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('form-action https://bucket.s3.eu-central-1.amazonaws.com;');
    expect(page).not.toMatch(/<(script|link|img|iframe)[^>]*(src|href)="(?!data:)/);
  });

  test('says until when, how large, and what happens then; the name of the study is text', () => {
    expect(page).toContain('2030-01-02 03:04 UTC');
    expect(page).toContain('up to 300 MB');
    expect(page).toContain('two minutes');
    expect(page).not.toContain('<c>');
  });
});

describe('how long an invitation lasts', () => {
  test.each([
    ['7d', 604_800],
    ['12h', 43_200],
    ['30m', 1800],
  ])('reads %s', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  test.each(['8d', '0h', '7', 'd', '-1d', '1.5d', '200000m'])('refuses %s', (text) => {
    expect(() => durationSeconds(text)).toThrow(`--expires is "${text}": expected 1m to 7d`);
  });
});
