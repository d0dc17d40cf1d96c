import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Result, StudyError } from '../../functions/contract/documents.ts';
import { TINY_MODEL } from '../helpers/house.ts';
import { filesOf, makeSmallStudy } from '../helpers/small-study.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

const CLI = fileURLToPath(new URL('../../functions/cli/neurotile.mjs', import.meta.url));

async function neurotile(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, NODE_OPTIONS: '' } });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const status = await new Promise<number>((done) => child.once('close', (code) => done(code ?? -1)));
  return { status, out, err };
}

async function writeStudy(folder: string, files = filesOf(makeSmallStudy())): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
}

const json = async <T>(...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8')) as T;

describe('neurotile run', () => {
  const tempFolder = tempFolders();

  test('leaves a finished result, goes straight to it when asked again, and follows a changed input', async () => {
    const [study, out] = [join(await tempFolder(), 'Müller + 脑 (1)'), await tempFolder()];
    await writeStudy(study);
    const first = await neurotile('run', study, '--out', out, '--model', TINY_MODEL);
    expect(first).toMatchObject({ status: 0 });
    for (const stage of ['ingest', 'register', 'tile', 'infer', 'reduce']) expect(first.err).toMatch(`✓ ${stage}`);
    expect(first.out).toMatch(/whole tumour .* ml .* Dice 0\.\d{3}/);
    const result = await json<Result>(out, 'result.json');
    for (const [name, { bytes }] of Object.entries(result.artefacts))
      expect((await stat(join(out, name))).size).toBe(bytes);

    const again = await neurotile('run', study, '--out', out, '--model', TINY_MODEL);
    expect(again).toMatchObject({ status: 0 });
    expect(again.err).not.toMatch('infer');
    expect(await json<Result>(out, 'result.json')).toEqual(result);

    await rm(join(study, 'x_seg.nii'));
    expect(await neurotile('run', study, '--out', out, '--model', TINY_MODEL)).toMatchObject({ status: 0 });
    const changed = await json<Result>(out, 'result.json');
    expect(changed.run).not.toBe(result.run);
    expect(changed.artefacts['mask.nii.gz'].sha256).toBe(result.artefacts['mask.nii.gz'].sha256);
  });

  test('runs every study of a folder; a bad one disturbs none of its neighbours', async () => {
    const [studies, out] = [await tempFolder(), await tempFolder()];
    await writeStudy(join(studies, 'sub-01', 'ses-1', 'anat'));
    const bad = filesOf(makeSmallStudy());
    bad.delete('x_flair.nii');
    await writeStudy(join(studies, 'sub-02'), bad);
    await writeStudy(join(studies, 'sub-03'), filesOf(makeSmallStudy(2)));
    const { status, err } = await neurotile('run', studies, '--out', out, '--model', TINY_MODEL);
    expect(status).toBe(2);
    expect(err).toMatch(/SEQUENCE_MISSING: .*FLAIR/);
    expect(await json<StudyError>(out, 'sub-02', 'error.json')).toMatchObject({
      kind: 'refused',
      code: 'SEQUENCE_MISSING',
    });
    expect(existsSync(join(out, 'sub-02', 'result.json'))).toBe(false);
    for (const good of [join('sub-01', 'ses-1', 'anat'), 'sub-03'])
      expect(existsSync(join(out, good, 'mask.nii.gz'))).toBe(true);
  });

  test('leaves no result of an earlier input beside an error', async () => {
    const [study, out] = [await tempFolder(), await tempFolder()];
    await writeStudy(study);
    expect(await neurotile('run', study, '--out', out, '--model', TINY_MODEL)).toMatchObject({ status: 0 });
    await writeFile(join(study, 'x_t1.nii'), 'no longer a NIfTI');
    expect(await neurotile('run', study, '--out', out, '--model', TINY_MODEL)).toMatchObject({ status: 2 });
    expect(existsSync(join(out, 'error.json'))).toBe(true);
    for (const name of ['result.json', 'mask.nii.gz', 'report.html']) expect(existsSync(join(out, name))).toBe(false);
  });

  test.each([
    [['run'], /neurotile run <study/],
    [['run', 'x', '--out', 'y', '--threads', 'many'], /--threads is "many": expected a whole number/],
    [['run', 'x', '--out', 'y', '--model', 'no-such-model'], /MODEL: .*unet3d/],
    [['run', '/no/such/folder', '--out', 'y'], /STUDY_EMPTY: /],
    [['fly'], /neurotile run <study/],
  ])('says what is wrong with %j', async (args, says) => {
    const { status, err } = await neurotile(...args);
    expect(status).toBe(2);
    expect(err).toMatch(says);
  });
});
