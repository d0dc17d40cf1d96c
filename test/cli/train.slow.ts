import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { tempFolders } from '../helpers/temp-folder.ts';
import { writeDataset } from './dataset-folder.ts';

const CLI = fileURLToPath(new URL('../../functions/cli/neurotile.mjs', import.meta.url));
const VENV = fileURLToPath(new URL('../../.venv-training/bin/python', import.meta.url));
const PYTHON = process.env.NEUROTILE_PYTHON ?? VENV;
const BUNDLE = ['README.md', 'configs/metadata.json', 'models/model.onnx'];
const makeFolder = tempFolders();

interface Ended {
  status: number | null;
  lines: string[];
  err: string;
}

/** Runs the command; `onLine` may stop it. */
async function neurotile(args: string[], onLine?: (line: string, stop: () => void) => void): Promise<Ended> {
  const env = { ...process.env, NODE_OPTIONS: '', NEUROTILE_PYTHON: PYTHON };
  const child = spawn(process.execPath, [CLI, ...args], { env });
  const lines: string[] = [];
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    onLine?.(line, () => child.kill('SIGINT'));
  });
  const status = await new Promise<number | null>((ended) => child.once('close', ended));
  return { status, lines, err };
}

const metadataOf = async (folder: string) => JSON.parse(await readFile(join(folder, BUNDLE[1]), 'utf8'));

async function expectWholeModel(folder: string): Promise<void> {
  for (const file of BUNDLE) expect(existsSync(join(folder, file))).toBe(true);
  const bytes = await readFile(join(folder, BUNDLE[2]));
  const digest = createHash('sha256').update(bytes).digest('hex');
  expect((await metadataOf(folder)).neurotile.digest).toBe(digest);
  expect(await readdir(join(folder, '.training'))).toEqual(['request.json']);
}

if (!existsSync(PYTHON))
  test.skip('neurotile train needs the training environment (.venv-training or NEUROTILE_PYTHON): skipped', () => {});
else
  describe('neurotile train, with the real Python', () => {
    let first: string;
    let old: string;
    let made: Ended;
    beforeAll(async () => {
      [first, old] = [join(await makeFolder(), 'first'), await makeFolder()];
      await writeDataset(old, ['a', 'b'], ['c']);
      made = await neurotile(['train', '--rank', '2', '--dataset', old, '--out', first, '--steps', '2']);
    }, 300_000);

    test('trains a model from nothing, and leaves nothing but that model', async () => {
      expect(made).toMatchObject({ status: 0, err: '' });
      expect(made.lines[0]).toMatch(/2 studies to train on, 1 held back/);
      await expectWholeModel(first);
      const shown = await neurotile(['model', 'show', first]);
      expect(shown.lines.join('\n')).toMatch(/trained on +2 studies, 2 steps/);
    }, 300_000);

    test('fine-tunes it, each new study left out once, and shows what was gained and what was forgotten', async () => {
      const [dataset, out] = [await makeFolder(), join(await makeFolder(), 'tuned')];
      await writeDataset(dataset, ['d', 'e', 'f']);
      const command = ['train', '--from', first, '--dataset', dataset, '--old', old, '--out', out, '--steps', '2'];
      const tuned = await neurotile(command);
      expect(tuned).toMatchObject({ status: 0, err: '' });
      await expectWholeModel(out);
      const { neurotile: spec } = await metadataOf(out);
      const { table, seen } = spec.provenance.fineTuning;
      expect(seen).toEqual(['a', 'b']);
      expect(table.map((row: { population: string; region: string; n: number }) => [row.population, row.region, row.n]))
        .toEqual([['left out', 'WT', 3], ['old', 'WT', 1]]); // biome-ignore format: cores under 0.5 ml are not scored
      expect(tuned.lines.join('\n')).toMatch(
        /\| new, each left out once \| WT \| 3 \|.*\| old, held back \| WT \| 1 \|/s,
      );

      expect((await neurotile(command)).lines).toEqual([expect.stringMatching('holds that model already')]);
      const other = await neurotile([...command, '--seed', '2']);
      expect(other).toMatchObject({ status: 2, err: expect.stringMatching(/^OUT_TAKEN: .*another "neurotile train"/) });
    }, 300_000);

    test('stopped by Ctrl-C leaves nothing that looks finished, and the same command goes on', async () => {
      const [dataset, out] = [await makeFolder(), join(await makeFolder(), 'tuned')];
      await writeDataset(dataset, ['d']);
      const command = ['train', '--from', first, '--dataset', dataset, '--out', out, '--steps', '30'];
      const stopped = await neurotile(command, (line, stop) => /^step 25 /.test(line) && stop());
      expect(stopped).toMatchObject({ status: 130, err: expect.stringMatching(/^stopped: nothing is finished/) });
      expect(await readdir(out)).toEqual(['.training']);
      const resumed = await neurotile(command);
      expect(resumed.status).toBe(0);
      expect(resumed.lines.find((line) => /^goes on at step 2[5-9]/.test(line))).toBeDefined();
      await expectWholeModel(out);
    }, 300_000);
  });
