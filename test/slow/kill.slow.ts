import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { tempFolders } from '../helpers/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DATA = join(ROOT, '../shared/data');
const ALIGNED = join(DATA, 'brats2021/BraTS2021_01476');
const UNALIGNED = join(DATA, 'raw-unaligned/TCGA-FG-6692');

/** When to kill: what the progress says, or what lies in the state folder, while the named stage works. */
const KILLS: { stage: string; study: string; when: (progress: string, state: string) => boolean }[] = [
  { stage: 'ingest', study: ALIGNED, when: (_, state) => some(state, 'incoming', /study\.json$/) },
  { stage: 'register', study: UNALIGNED, when: (progress) => progress.includes('✓ ingest') },
  { stage: 'tile', study: ALIGNED, when: (_, state) => some(state, 'tensors', /\.npy$/) },
  { stage: 'infer', study: ALIGNED, when: (_, state) => some(state, 'predictions', /\.npy$/) },
  { stage: 'gather', study: ALIGNED, when: (_, state) => some(state, 'runs', /predictions\.json$/) },
  { stage: 'reduce', study: ALIGNED, when: (progress) => progress.includes('✓ infer') },
  { stage: 'announce', study: ALIGNED, when: (_, state) => some(state, 'results', /result\.json$/) },
];

const run = (study: string, out: string): ChildProcess =>
  spawn(process.execPath, ['functions/cli/neurotile.mjs', 'run', study, '--out', out, '--model', 'unet2d'], {
    cwd: ROOT,
  });

async function ended(child: ChildProcess): Promise<number | null> {
  child.stdout?.resume();
  child.stderr?.resume();
  return new Promise((done) => child.once('exit', done));
}

const hashOf = (out: string) =>
  createHash('sha256')
    .update(readFileSync(join(out, 'mask.nii.gz')))
    .digest('hex');

function some(state: string, top: string, name: RegExp): boolean {
  return ['studies', 'work'].some((bucket) => {
    const folder = join(state, bucket, 'objects', top);
    if (!existsSync(folder)) return false;
    // Every object is a folder with its versions in it.
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(
      (path) => /=\d+$/.test(path) && name.test(join(path, '..')),
    );
  });
}

(existsSync(DATA) ? describe : describe.skip)('a run that is killed (skipped where ../shared/data is not)', () => {
  const tempFolder = tempFolders();
  const whole = new Map<string, string>();

  async function maskOfWholeRun(study: string): Promise<string> {
    const out = await tempFolder();
    if (!whole.has(study)) {
      expect(await ended(run(study, out))).toBe(0);
      whole.set(study, hashOf(out));
    }
    return whole.get(study)!;
  }

  test.each(KILLS)(
    'in $stage goes on and ends in the same mask',
    async ({ study, when }) => {
      const expected = await maskOfWholeRun(study);
      const out = await tempFolder();
      const child = run(study, out);
      let progress = '';
      child.stderr!.on('data', (text) => (progress += text));
      const exit = ended(child);
      while (!when(progress, join(out, '.neurotile'))) {
        expect(child.exitCode).toBeNull();
        await new Promise((next) => setTimeout(next, 5));
      }
      child.kill('SIGKILL');
      await exit;
      expect(await ended(run(study, out))).toBe(0);
      expect(hashOf(out)).toBe(expected);
    },
    600_000,
  );
});
