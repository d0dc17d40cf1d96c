import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { runCommand } from '../../../functions/cli/command.ts';
import { EVALUATE_COMMAND } from '../../../functions/cli/evaluate/evaluate-command.ts';
import { tempFolders } from '../../helpers/temp-folder.ts';
import { block, writeVolume } from './small-masks.ts';

const tempFolder = tempFolders();
let said: string[];
beforeEach(() => {
  said = [];
  const keep = (...words: unknown[]) => said.push(words.join(' '));
  jest.spyOn(console, 'log').mockImplementation(keep);
  jest.spyOn(console, 'error').mockImplementation(keep);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const evaluate = (...words: string[]) => runCommand(EVALUATE_COMMAND, ['evaluate', ...words]);

describe('neurotile evaluate', () => {
  test('takes several folders of references, prints a table and names what it wrote', async () => {
    const [masks, one, two, out] = await Promise.all([1, 2, 3, 4].map(tempFolder));
    await writeVolume(join(masks, 'a.nii.gz'), block(3, 4));
    await writeVolume(join(one, 'a.nii.gz'), block(2, 4));
    await writeVolume(join(two, 'b.nii.gz'), block(2, 4));
    const status = await evaluate(masks, '--reference', one, '--reference', two, '--out', out, '--regions', 'ET,WT');
    expect(status).toBe(0);
    expect(said).toContainEqual(expect.stringMatching(/^ +WT +ET$/));
    expect(said).toContainEqual(expect.stringMatching(/^Dice +0\.750 ± – \(n = 1\) +0\.750 ± – \(n = 1\)$/));
    expect(said).toContain('2 references, 1 scored, 1 without a mask');
    expect(said).toContain('no mask: b (none of that name)');
    expect((await readdir(out)).sort()).toEqual(['scores.json', 'scores.md', 'scores.svg']);
  });

  test.each([
    [['masks'], '--reference is missing'],
    [['masks', '--reference', 'x', '--regions', 'WT,XX'], '--regions has "XX"'],
    [['masks', '--reference', 'x', '--labels', 'other'], '--labels is "other"'],
    [['masks', '--reference', 'x', '--seed', '1.5'], '--seed is "1.5"'],
    [['masks', '--reference', 'nowhere-at-all'], 'NOTHING_TO_SCORE'],
  ])('refuses %j', async (words, text) => {
    expect(await evaluate(...words)).toBe(2);
    expect(said.join('\n')).toContain(text);
  });
});
