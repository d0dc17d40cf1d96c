import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createLocalRunner } from '../../functions/cli/local-runner.ts';
import type { StudyError, StudyFile } from '../../functions/contract/documents.ts';
import type { ErrorCode } from '../../functions/core/errors.ts';
import { writeNifti } from '../../functions/core/nifti/write-nifti.ts';
import { fromJson } from '../../functions/pipeline/json.ts';
import { makeVolume } from '../helpers/factories.ts';
import { makeParts, useTinyModel } from '../helpers/house.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { noRegistrar } from '../helpers/run-study.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';

type Files = Map<string, Uint8Array>;

const study = makeSmallStudy();
const T1 = 'x_t1.nii';

/** The small study with something wrong about it. */
function spoiled(spoil: (files: Files) => void): Files {
  const files = filesOf(study);
  spoil(files);
  return files;
}
const withT1 = (bytes: Uint8Array, name = T1) =>
  spoiled((files) => {
    files.delete(T1);
    files.set(name, bytes);
  });
const changedT1 = (change: (view: DataView) => void) => {
  const bytes = writeNifti(study.volumes.T1).slice();
  change(new DataView(bytes.buffer));
  return bytes;
};
const setSides = (view: DataView, voxels: number) => {
  for (const at of [42, 44, 46]) view.setInt16(at, voxels, true);
};
const t1With = (value: number, index: number) => {
  const { shape, affine, data } = study.volumes.T1;
  const copy = data.slice();
  copy[index] = value;
  return writeNifti({ shape, affine, data: copy });
};
const MIDDLE = 11 + 24 * (11 + 24 * 10);
const reference = (data: Uint8Array, shape = study.reference.shape) =>
  writeNifti({ shape, affine: study.reference.affine, data });

/** What was uploaded, the code it gets, and what the message has to name beside the file. */
const CASES: [title: string, files: Files, code: ErrorCode, says: RegExp, said?: StudyFile][] = [
  [
    'a truncated gzip',
    withT1(gzipSync(writeNifti(study.volumes.T1)).subarray(0, 3000), 'x_t1.nii.gz'),
    'NOT_GZIP_OR_TRUNCATED',
    /x_t1\.nii\.gz/,
  ],
  [
    'a gzip bomb',
    withT1(gzipSync(Buffer.concat([changedT1(() => {}), Buffer.alloc(200e6)])), 'x_t1.nii.gz'),
    'TOO_LARGE',
    /x_t1\.nii\.gz/,
  ],
  ['a file that is no NIfTI', withT1(new TextEncoder().encode('hello '.repeat(500))), 'NOT_NIFTI', /x_t1\.nii/],
  [
    'a header that promises more voxels than there are',
    withT1(changedT1((v) => v.setInt16(46, 240, true))),
    'NIFTI_TRUNCATED',
    /found .*expected/,
  ],
  [
    'a header that promises more voxels than the limit',
    withT1(changedT1((v) => setSides(v, 2000))),
    'TOO_LARGE',
    /found .*expected/,
  ],
  [
    'coarse voxels that span metres',
    spoiled((f) =>
      f.set(
        'x_t1ce.nii',
        writeNifti({ ...study.volumes.T1ce, affine: [-50, 0, 0, 600, 0, -50, 0, 600, 0, 0, 50, -550, 0, 0, 0, 1] }),
      ),
    ),
    'TOO_LARGE',
    /x_t1ce\.nii.*1200 × 1200 × 1100 voxels/,
  ],
  ['NaN inside the brain', withT1(t1With(Number.NaN, MIDDLE)), 'NOT_FINITE', /x_t1\.nii/],
  ['infinity inside the brain', withT1(t1With(Number.POSITIVE_INFINITY, MIDDLE)), 'NOT_FINITE', /x_t1\.nii/],
  ['one slice', withT1(writeNifti(makeVolume([24, 24, 1], () => 1))), 'NIFTI_SHAPE', /24 × 24 × 1/],
  [
    'no brain',
    withT1(writeNifti({ ...study.volumes.T1, data: new Float32Array(24 * 24 * 22) })),
    'NO_BRAIN',
    /x_t1\.nii/,
  ],
  [
    'two files for one sequence',
    spoiled((f) => f.set('y_t1.nii', f.get(T1)!)),
    'SEQUENCE_TWICE',
    /x_t1\.nii.*y_t1\.nii/,
  ],
  ['a sequence missing', spoiled((f) => f.delete(T1)), 'SEQUENCE_MISSING', /T1/],
  [
    'a name that tells nothing',
    spoiled((f) => f.set('scan7.nii', f.get(T1)!) && f.delete(T1)),
    'SEQUENCE_UNKNOWN',
    /scan7\.nii/,
  ],
  [
    'grids that do not overlap',
    withT1(writeNifti({ ...study.volumes.T1, affine: [-1, 0, 0, 500, 0, -1, 0, 12, 0, 0, 1, -8, 0, 0, 0, 1] })),
    'GRIDS_APART',
    /x_t1\.nii.*found .*expected/,
  ],
  [
    'a singular affine',
    withT1(
      changedT1((v) => {
        v.setInt16(252, 0, true);
        v.setInt16(254, 1, true);
        for (let at = 280; at < 328; at += 4) v.setFloat32(at, 0, true);
      }),
    ),
    'NIFTI_AFFINE',
    /x_t1\.nii/,
  ],
  [
    'a reference mask on another grid',
    spoiled((f) => f.set('x_seg.nii', reference(study.reference.data.subarray(0, 24 * 24 * 20), [24, 24, 20]))),
    'REFERENCE_GRID',
    /24 × 24 × 20.*24 × 24 × 22/,
  ],
  [
    'a reference mask with a label that its table lacks',
    spoiled((f) => f.set('x_seg.nii', reference(study.reference.data.map((l) => (l === 4 ? 7 : l))))),
    'REFERENCE_LABELS',
    /7.*0, 1, 2/,
  ],
  [
    'BraTS labels read by the Decathlon table',
    filesOf(study),
    'REFERENCE_LABELS',
    /4.*0, 1, 2, 3/,
    { labelTable: 'msd' },
  ],
  [
    'a study.json that names a file which is not there',
    filesOf(study),
    'STUDY_JSON',
    /gone\.nii/,
    { sequences: { T1: 'gone.nii', T1ce: 'x_t1ce.nii', T2: 'x_t2.nii', FLAIR: 'x_flair.nii' } },
  ],
  [
    'a study.json that leads out of the study',
    filesOf(study),
    'NAME',
    /\.\./,
    { sequences: { T1: '../other/t1.nii' } },
  ],
  [
    'a name with a control character',
    spoiled((f) => f.set('x\u0007_t1.nii', f.get(T1)!) && f.delete(T1)),
    'NAME',
    /.+/,
  ],
  ['no image at all', new Map([['notes.nii.txt', new Uint8Array(3)]]), 'STUDY_EMPTY', /.+/],
];

describe('bad input', () => {
  async function run(files: Files, said?: StudyFile) {
    const studies = createMemoryStore();
    await useTinyModel(studies);
    await uploadFiles(studies, 'bad', files, said);
    const parts = makeParts({ studies, work: createMemoryStore(), url: 'http://127.0.0.1:9', registrar: noRegistrar });
    const runner = createLocalRunner(parts, {
      onError: (_, error) => {
        throw error;
      },
    });
    const ending = await runner.run('bad');
    await runner.stop();
    return { ending, told: parts.told, error: fromJson<StudyError>((await studies.get(ending.key))!.bytes) };
  }

  test.each(CASES.map(([title, ...rest]) => ({ title, rest })))('$title is refused by its code', async ({ rest }) => {
    const [files, code, says, said] = rest;
    const { ending, error, told } = await run(files, said);
    expect(ending).toMatchObject({ key: 'results/bad/error.json', completed: false });
    expect(error).toMatchObject({ kind: 'refused', code, study: 'bad' });
    expect(error.message).toMatch(says);
    expect(told).toMatchObject([{ type: 'Study Refused', code, key: 'results/bad/error.json' }]);
    // Only the uploader may see names: what others are told holds the code alone.
    expect(JSON.stringify(told[0])).not.toMatch(/x_t1|message/);
  });
});
