import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ARCHIVED, modelArchive } from '../../tools/model-archive.ts';
import { TINY_MODEL } from '../helpers/house.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

const makeFolder = tempFolders();

describe('model.tar.gz', () => {
  test('unpacks with tar into the bundle it was made of, and nothing else', async () => {
    const folder = await makeFolder();
    writeFileSync(join(folder, 'model.tar.gz'), modelArchive(TINY_MODEL));
    execFileSync('tar', ['xzf', 'model.tar.gz'], { cwd: folder });
    const names = execFileSync('tar', ['tzf', 'model.tar.gz'], { cwd: folder, encoding: 'utf8' });
    expect(names.trim().split('\n')).toEqual([...ARCHIVED]);
    for (const name of ARCHIVED)
      expect(readFileSync(join(folder, name)).equals(readFileSync(join(TINY_MODEL, name)))).toBe(true);
  });

  test('is the same bytes for a copy that has other times and other neighbours', async () => {
    const folder = await makeFolder();
    cpSync(TINY_MODEL, folder, { recursive: true });
    for (const name of ARCHIVED) utimesSync(join(folder, name), 1, 1);
    writeFileSync(join(folder, 'README.md'), 'a card');
    expect(Buffer.compare(modelArchive(folder), modelArchive(TINY_MODEL))).toBe(0);
  });

  test('is other bytes for another model', async () => {
    const folder = await makeFolder();
    cpSync(TINY_MODEL, folder, { recursive: true });
    writeFileSync(join(folder, 'models/model.onnx'), 'another');
    expect(Buffer.compare(modelArchive(folder), modelArchive(TINY_MODEL))).not.toBe(0);
  });
});
