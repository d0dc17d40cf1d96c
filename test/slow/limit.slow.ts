import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { createNodeCodec } from '../../functions/adapters/node-codec.ts';
import { SEQUENCES, type Sequence } from '../../functions/contract/model.ts';
import { LIMITS } from '../../functions/contract/stages.ts';
import { writeNifti } from '../../functions/core/nifti/write-nifti.ts';
import type { Affine, Vec3 } from '../../functions/core/volume/volume.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SHAPE: Vec3 = [512, 512, 192];
/** 0.42 × 0.42 × 0.66 mm, a head's field of view. */
const AFFINE: Affine = [-0.42, 0, 0, 107, 0, -0.42, 0, 107, 0, 0, 0.66, -84, 0, 0, 0, 1];
const BRIGHTNESS: Record<Sequence, number> = { T1: 1, T1ce: 1.1, T2: 0.7, FLAIR: 0.9 };

/** A textured ellipsoid with a ball in it, bright in T2 and FLAIR; voxel values whole numbers. */
function paint(sequence: Sequence): Int16Array {
  const [ni, nj, nk] = SHAPE;
  const data = new Int16Array(ni * nj * nk);
  const lesion = sequence === 'FLAIR' || sequence === 'T2' ? 400 : -100;
  for (let k = 0, n = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, n++) {
        if (Math.hypot((i - 256) / 170, (j - 256) / 210, (k - 96) / 80) >= 1) continue;
        const texture = 80 * Math.sin(i / 23) * Math.cos(j / 31) * Math.sin(k / 13);
        const isLesion = Math.hypot(i - 300, j - 300, k - 98) < 40;
        data[n] = 300 * BRIGHTNESS[sequence] + texture + (isLesion ? lesion : 0);
      }
  return data;
}

/** T2's header lies 12 mm off, so that registration has to work at this size too. */
const affineOf = (sequence: Sequence): Affine => AFFINE.map((x, n) => (sequence === 'T2' && n === 3 ? x + 12 : x));

/** Most resident memory that a process ever had, MiB; 0 where it has ended but was not yet waited for, and so has none. */
const peakMb = (pid: number) =>
  Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

const tempFolder = tempFolders();

test('a study at the limit takes less than 4 GiB, all stages in one process', async () => {
  expect(SHAPE.reduce((product, n) => product * n)).toBe(LIMITS.voxels);
  const folder = await tempFolder();
  const codec = createNodeCodec();
  for (const sequence of SEQUENCES) {
    const file = writeNifti({ shape: SHAPE, affine: affineOf(sequence), data: paint(sequence) });
    await writeFile(join(folder, `limit_${sequence.toLowerCase()}.nii.gz`), await codec.gzip(file));
  }
  const out = await tempFolder();
  const child = spawn(process.execPath, ['functions/cli/neurotile.mjs', 'run', folder, '--out', out], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peak = 0;
  const timer = setInterval(() => {
    if (child.exitCode === null) peak = Math.max(peak, peakMb(child.pid!));
  }, 200);
  expect(await new Promise((done) => child.once('exit', done))).toBe(0);
  clearInterval(timer);
  expect(peak).toBeGreaterThan(500);
  // Garbage of one stage lies beside the next: more than any Lambda, which has a stage to itself, ever holds.
  expect(peak).toBeLessThan(4096);
  const { registration } = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'));
  expect(registration.T2.method).toBe('rigid');
}, 300_000);
