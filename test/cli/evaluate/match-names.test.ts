import { expect, test } from '@jest/globals';
import { matchNames, stemOf } from '../../../functions/cli/evaluate/match-names.ts';

test.each([
  ['BraTS2021_00002.nii.gz', 'BraTS2021_00002'],
  ['a/b/sub-01_dseg.nii', 'sub-01'],
  ['case-7-seg.nii.gz', 'case-7'],
  ['case_pred.nii.gz', 'case'],
  ['mask.nii.gz', 'mask'],
])('%s is a mask of %s', (file, study) => {
  expect(stemOf(file)).toBe(study);
});

test('names match as they are, or by a last part that is the only one on both sides', () => {
  const others = ['x/one', 'two', 'a/anat', 'b/anat', 'left/three', 'four'];
  const matches = matchNames(['one', 'site/two', 'a/anat', 'anat', 'right/three', 'deep/four', 'four'], others);
  // "anat" may be either, and "deep/four" is another study than "four".
  expect(Object.fromEntries(matches)).toEqual({ one: 0, 'site/two': 1, 'a/anat': 2, 'right/three': 4, four: 5 });
});
