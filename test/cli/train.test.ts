import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { tempFolders } from '../helpers/temp-folder.ts';
import { writeDataset } from './dataset-folder.ts';

const CLI = fileURLToPath(new URL('../../functions/cli/neurotile.mjs', import.meta.url));
const TINY_MODEL = fileURLToPath(new URL('../fixtures/tiny-model-2d', import.meta.url));
const makeFolder = tempFolders();

/** With an interpreter that is none: what is refused is refused before Python is asked for. */
function neurotile(...args: string[]): { status: number | null; err: string; out: string } {
  const env = { ...process.env, NODE_OPTIONS: '', NEUROTILE_PYTHON: 'no-such-python' };
  const { status, stderr, stdout } = spawnSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' });
  return { status, err: stderr, out: stdout };
}

describe('neurotile train', () => {
  let dataset: string;
  let out: string;
  beforeAll(async () => {
    dataset = await makeFolder();
    await writeDataset(dataset, ['a', 'b']);
    out = join(await makeFolder(), 'model');
  });

  test.each([
    [['--rank', '3'], /--dataset is missing/],
    [[], /--from or --rank is missing/],
    [['--rank', '4', '--dataset', 'x'], /--rank is "4": expected a whole number from 2 to 3/],
    [['--rank', '2', '--from', 'unet2d'], /--rank does not go with --from/],
    [['--rank', '2', '--old', 'x'], /--old goes with --from/],
    [['--rank', '2', '--steps', '3', '--minutes', '2'], /--steps or --minutes, not both/],
  ])('shows its usage where %j does not fit together', (args, says) => {
    const { status, err } = neurotile('train', '--out', out, ...args);
    expect(err).toMatch(says);
    expect(status).toBe(2);
  });

  test('refuses a model that is not there, and one whose network training does not know', () => {
    const from = (model: string) => neurotile('train', '--out', out, '--dataset', dataset, '--from', model);
    expect(from('unet-4d')).toMatchObject({ status: 2, err: expect.stringMatching(/^MODEL: .*"unet-4d"/) });
    expect(from(TINY_MODEL)).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^MODEL: .*network of another kind/),
    });
  });

  test('refuses old studies that the model was trained on: they would show no forgetting', async () => {
    const model = join(await makeFolder(), 'model');
    await mkdir(join(model, 'configs'), { recursive: true });
    const provenance = { trainedOn: ['a'], warmStart: { digest: '0', trainedOn: ['b'] }, settings: { channels: [8] } };
    await writeFile(join(model, 'configs/metadata.json'), JSON.stringify({ neurotile: { digest: '0', provenance } }));
    const args = ['train', '--out', out, '--dataset', dataset, '--from', model, '--old', dataset];
    expect(neurotile(...args)).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^DATASET: .*2 studies, each of/),
    });
    await writeDataset(dataset, ['a', 'b'], ['c']);
    expect(neurotile(...args).err).toMatch(/^PYTHON: .*no no-such-python that runs/);
  });

  test('refuses a dataset that cannot be used before anything is made', async () => {
    const broken = await makeFolder();
    expect(neurotile('train', '--out', out, '--dataset', broken, '--rank', '2')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^DATASET: .*no dataset.json/),
    });
  });

  test('writes into no folder that holds something else', async () => {
    const taken = await makeFolder();
    await writeFile(join(taken, 'thesis.docx'), '');
    expect(neurotile('train', '--out', taken, '--dataset', dataset, '--rank', '2')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^OUT_TAKEN: .*files of something else/),
    });
  });
});
