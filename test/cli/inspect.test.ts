import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { decode } from 'fast-png';
import { createNodeCodec } from '../../functions/adapters/node-codec.ts';
import { type InspectDeps, inspect } from '../../functions/cli/inspect.ts';
import type { Sequence } from '../../functions/contract/model.ts';
import { writeNifti } from '../../functions/core/nifti/write-nifti.ts';
import type { Volume } from '../../functions/core/volume/volume.ts';
import { cellsOf } from '../../functions/report/build-inspection.ts';
import { ballStudy } from '../report/report-study.ts';

jest.setTimeout(60_000); // pictures take their time on a busy machine

const codec = createNodeCodec();
const deps: InspectDeps = {
  codec,
  listFiles: (folder) => readdir(folder),
  readFile: (folder, name) => readFile(join(folder, name)),
  writeFile: async (folder, name, bytes) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), bytes);
  },
};
const { volumes, mask } = ballStudy();
let [folder, out] = ['', ''];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-'));
  out = join(folder, 'out');
});
afterEach(() => rm(folder, { recursive: true }));

const put = async (name: string, volume: Volume | Volume<Uint8Array>) =>
  writeFile(join(folder, name), name.endsWith('.gz') ? await codec.gzip(writeNifti(volume)) : writeNifti(volume));
const putAll = async () => {
  for (const name of ['T1', 'T1ce', 'T2', 'FLAIR'] as Sequence[])
    await put(`ball_${name.toLowerCase()}.nii.gz`, volumes[name] as Volume);
};
const page = () => readFile(join(out, 'inspect.html'), 'utf8');

describe('inspect', () => {
  test('lists every sequence with its grid, orientation and intensities, the mask last', async () => {
    await putAll();
    await put('ball_seg.nii', mask);

    const { rows, notes, written } = await inspect(folder, out, deps);

    expect(rows.map(({ role }) => role)).toEqual(['T1', 'T1ce', 'T2', 'FLAIR', 'reference mask']);
    expect(notes).toEqual([]);
    const seg = cellsOf(rows[4] as Parameters<typeof cellsOf>[0]);
    const share = (mask.data.filter((v) => v > 0).length / mask.data.length) * 100;
    expect(seg).toEqual([
      'reference mask',
      'ball_seg.nii',
      '40 × 48 × 36',
      '1.5 × 1.5 × 1.5 mm',
      'LAS',
      'uint8',
      '0',
      '2',
      '4',
      `${share.toFixed(1)} %`,
    ]);
    expect((await readdir(out)).sort()).toEqual([...written].sort());
    expect(await page()).toContain('<td>ball_flair.nii.gz</td>');
  });

  test('draws montages and three sequences in one picture, as PNG files that are not blank', async () => {
    await putAll();
    const { written } = await inspect(folder, out, deps);
    const pictures = written.filter((name) => name.endsWith('.png'));
    expect(pictures).toEqual(['three-sequences-in-one-picture.png', 't1.png', 't1ce.png', 't2.png', 'flair.png']);
    for (const name of pictures) {
      const { data, width, channels } = decode(await readFile(join(out, name)));
      expect([width > 300, channels]).toEqual([true, 3]);
      expect(new Set(data).size).toBeGreaterThan(100);
    }
    expect(await page()).toContain('T1ce is red, FLAIR green, T2 blue');
  });

  test('goes on past a file that is cut off, and shows its error in its place', async () => {
    await putAll();
    const whole = await readFile(join(folder, 'ball_t2.nii.gz'));
    await writeFile(join(folder, 'ball_t2.nii.gz'), whole.subarray(0, whole.length / 2));
    await writeFile(join(folder, 'notes.nii'), 'no image at all');

    const { rows } = await inspect(folder, out, deps);

    expect(rows.map((row) => ('code' in row ? row.code : row.role))).toEqual([
      'T1',
      'T1ce',
      'NOT_GZIP_OR_TRUNCATED',
      'FLAIR',
      'NOT_NIFTI',
    ]);
    expect(await page()).toContain('<b class="bad">NOT_GZIP_OR_TRUNCATED</b>');
    expect(await page()).toContain('Three sequences in one picture'); // T1 stands in for T2
  });

  test('looks at a folder in which two files claim one sequence, and says so', async () => {
    await put('a_t1.nii', volumes.T1 as Volume);
    await put('b_t1.nii', volumes.T1 as Volume);
    const { rows, notes } = await inspect(folder, out, deps);
    expect(rows).toHaveLength(2);
    expect(notes.join()).toContain('SEQUENCE_TWICE');
    expect(await page()).toContain('SEQUENCE_TWICE');
  });

  test('says of an empty folder that it is empty', async () => {
    const { rows, notes, written } = await inspect(folder, out, deps);
    expect([rows, written]).toEqual([[], ['inspect.html']]);
    expect(notes.join()).toContain('no NIfTI file');
  });

  test('shows file names as text', async () => {
    await put('<b>&_t1.nii', volumes.T1 as Volume);
    await inspect(folder, out, deps);
    expect(await page()).toContain('&lt;b&gt;&amp;_t1.nii');
    expect(await page()).not.toContain('<b>&_t1');
  });

  test('takes the volumes of a 4D file in Decathlon order', async () => {
    const order = ['FLAIR', 'T1', 'T1ce', 'T2'] as const;
    await writeFile(join(folder, 'BRATS_001.nii'), join4d(order.map((name) => writeNifti(volumes[name] as Volume))));
    const { rows } = await inspect(folder, out, deps);
    expect(rows.map(({ role }) => role)).toEqual([...order]);
  });
});

/** 3D files of one shape as one 4D file: the first's header with dim[0] = 4 and dim[4] = n, then all voxels in turn. */
function join4d(files: readonly Uint8Array[]): Uint8Array {
  const header = files[0].slice(0, 352);
  const view = new DataView(header.buffer);
  view.setInt16(40, 4, true);
  view.setInt16(48, files.length, true);
  return Buffer.concat([header, ...files.map((file) => file.subarray(352))]);
}
