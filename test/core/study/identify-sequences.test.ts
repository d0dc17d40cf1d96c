import { describe, expect, test } from '@jest/globals';
import { SEQUENCES } from '../../../functions/contract/model.ts';
import { identifySequences } from '../../../functions/core/study/identify-sequences.ts';
import { roleOfName } from '../../../functions/core/study/role-of-name.ts';
import { SEQUENCE_NAMES } from '../../../functions/core/study/sequence-names.ts';

const BRATS = ['x_t1.nii.gz', 'x_t1ce.nii.gz', 'x_t2.nii.gz', 'x_flair.nii.gz'];

describe('roleOfName', () => {
  test.each([
    [
      'T1',
      'BraTS2021_00002_t1.nii.gz BraTS-GLI-00000-000-t1n.nii.gz T1.nii.gz t1.nii sub-01_T1w.nii.gz sub-a_ses-2_acq-mprage_run-01_T1w.nii.gz AX_T1_PRE.nii t1_precontrast.nii.gz MPRAGE.nii.gz Ax_T1_FLAIR.nii.gz AxT1.nii t1_post_op.nii.gz 3DT1.nii.gz',
    ],
    [
      'T1ce',
      'Brats18_TCIA01_231_1_t1ce.nii.gz BraTS-GLI-00000-000-t1c.nii.gz t1gd.nii.gz sub-01_ce-gadolinium_T1w.nii.gz sub-x_ses-1_acq-3d_ce-gd_T1w.nii t1_post.nii.gz T1_post.nii t1_gd.nii.gz T1C.nii.gz T1wCE.nii.gz t1Gd.nii.gz T1_contrast.nii MPRAGE_post.nii.gz t1_c.nii.gz T1+C.nii.gz',
    ],
    ['T2', 'BraTS2021_00002_t2.nii.gz BraTS-GLI-00000-000-t2w.nii.gz sub-01_T2w.nii.gz T2_TSE.nii.gz ax-t2.nii'],
    [
      'FLAIR',
      'BraTS2021_00002_flair.nii.gz BraTS-GLI-00000-000-t2f.nii.gz FLAIR.nii.gz sub-01_FLAIR.nii.gz AX_T2_FLAIR.nii.gz t2flair.nii t2_tirm_tra_dark-fluid.nii.gz sub-01_space-T1w_FLAIR.nii.gz flair_to_t1.nii.gz',
    ],
    [
      'reference',
      'BraTS2021_00002_seg.nii.gz BraTS-GLI-00000-000-seg.nii.gz sub-01_dseg.nii.gz sub-01_space-T1w_dseg.nii.gz labels.nii.gz',
    ],
    [
      undefined,
      'GT_W.nii.gz BRATS_001.nii.gz sub-01_T1w_mask.nii.gz T1_brain_mask.nii.gz sub-01_T1map.nii.gz t2star.nii.gz sub-01_dwi.nii.gz image.nii.gz sub-T1_bold.nii.gz adc.nii.gz',
    ],
  ])('reads %s from each of its habits', (role, names) => {
    for (const name of names.split(' ')) expect([name, roleOfName(name)]).toEqual([name, role]);
  });

  test.each([
    ['AXIAL T1 C+.nii.gz', 'T1ce'],
    ['AXIAL T1.nii.gz', 'T1'],
    ['Ax T2 FLAIR (2).nii.gz', 'FLAIR'],
    ['Größe T2.nii.gz', 'T2'],
  ])('reads %s, with spaces and letters of any kind', (name, role) => {
    expect(roleOfName(name)).toBe(role);
  });
});

describe('identifySequences', () => {
  test('knows the same sequences as the contract', () => {
    expect(SEQUENCE_NAMES).toEqual(SEQUENCES);
  });

  test('finds the four files of a raw study, whatever else lies beside them', () => {
    const names = [
      'flair.nii.gz',
      't1.nii.gz',
      't1ce.nii.gz',
      't2.nii.gz',
      'notes.txt',
      't1.json',
      '._t1.nii.gz',
      'adc.nii',
    ];
    expect(identifySequences(names)).toEqual({
      found: { T1: 't1.nii.gz', T1ce: 't1ce.nii.gz', T2: 't2.nii.gz', FLAIR: 'flair.nii.gz' },
      reference: undefined,
      ignored: ['adc.nii'],
    });
  });

  test('finds a reference mask, and sequences in folders', () => {
    const { found, reference } = identifySequences(['anat/sub-01_T1w.nii.gz', 'anat/sub-01_dseg.nii.gz']);
    expect([found.T1, reference]).toEqual(['anat/sub-01_T1w.nii.gz', 'anat/sub-01_dseg.nii.gz']);
  });

  test('leaves a whole-tumour mask alone: its labels are another question', () => {
    const { reference, ignored } = identifySequences(['T1.nii.gz', 'FLAIR.nii.gz', 'GT_W.nii.gz']);
    expect([reference, ignored]).toEqual([undefined, ['GT_W.nii.gz']]);
  });

  test('takes the only image with a name that tells nothing for a 4D file', () => {
    expect(identifySequences(['BRATS_001.nii.gz', 'readme.md'])).toMatchObject({
      fourD: 'BRATS_001.nii.gz',
      ignored: [],
    });
    expect(identifySequences(['BRATS_001.nii.gz', 'BRATS_001_seg.nii.gz']).fourD).toBe('BRATS_001.nii.gz');
    expect(identifySequences([...BRATS, 'BRATS_001.nii.gz']).fourD).toBeUndefined();
    expect(identifySequences(['a.nii.gz', 'b.nii.gz']).fourD).toBeUndefined();
    expect(identifySequences(['brain_mask.nii.gz']).fourD).toBeUndefined();
  });

  test.each([
    [['a_t1.nii.gz', 'b_t1.nii'], 'a_t1.nii.gz and b_t1.nii, both T1'],
    [['t1gd.nii.gz', 't1_post.nii.gz'], 't1gd.nii.gz and t1_post.nii.gz, both T1ce'],
    [['a_seg.nii.gz', 'b_seg.nii.gz'], 'a_seg.nii.gz and b_seg.nii.gz, both the reference mask'],
  ])('refuses %p, and names both', (names, found) => {
    const thrown = { code: 'SEQUENCE_TWICE', fields: { found, expected: 'one file' } };
    expect(() => identifySequences(names)).toThrow(expect.objectContaining(thrown));
  });
});
