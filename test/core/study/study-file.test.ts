import { describe, expect, test } from '@jest/globals';
import type { StudyFile } from '../../../functions/contract/documents.ts';
import { checkName } from '../../../functions/core/study/check-name.ts';
import { type ParsedStudyFile, parseStudyFile } from '../../../functions/core/study/parse-study-file.ts';

const SHA = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('parseStudyFile', () => {
  test('reads all that a study may say', () => {
    const said: StudyFile & ParsedStudyFile = {
      sequences: { T1: 'anat/t1 (1).nii.gz', FLAIR: 'Größe+.nii' },
      reference: 'seg.nii.gz',
      labelTable: 'msd',
      referenceSequence: 'FLAIR',
      files: [{ name: 'seg.nii.gz', bytes: 0, sha256: SHA }],
    };
    expect(parseStudyFile(`\uFEFF${JSON.stringify(said)}`)).toEqual(said);
    expect(parseStudyFile('{"fourD": {"file": "a.nii", "order": ["T2", "T1"]}}').fourD?.order).toEqual(['T2', 'T1']);
    expect(parseStudyFile('{}')).toEqual({});
  });

  test.each([
    ['{', 'STUDY_JSON', 'JSON', 'JSON'],
    ['[]', 'STUDY_JSON', 'the file = []', 'an object'],
    ['{"sequence": {}}', 'STUDY_JSON', '"sequence" in the file', 'sequences, fourD'],
    ['{"__proto__": {}}', 'STUDY_JSON', '"__proto__" in the file', 'sequences'],
    ['{"sequences": {"T1C": "a"}}', 'STUDY_JSON', '"T1C" in sequences', 'T1, T1ce, T2, FLAIR'],
    ['{"sequences": {"T1": 5}}', 'STUDY_JSON', 'sequences.T1 = 5', 'a file name'],
    ['{"sequences": {"T1": "a", "T2": "a"}}', 'STUDY_JSON', '"a" twice', 'each once'],
    ['{"sequences": {}, "fourD": {"file": "a"}}', 'STUDY_JSON', 'both sequences and fourD', 'one of them'],
    ['{"fourD": {}}', 'STUDY_JSON', 'fourD.file = nothing', 'a file name'],
    ['{"fourD": {"file": "a", "order": []}}', 'STUDY_JSON', 'fourD.order = []', 'the sequence of each volume'],
    ['{"fourD": {"file": "a", "order": ["T1", "T1"]}}', 'STUDY_JSON', '"T1" twice', 'each once'],
    ['{"fourD": {"file": "a", "order": ["PD"]}}', 'STUDY_JSON', 'fourD.order[0] = "PD"', 'FLAIR'],
    ['{"labelTable": "fets"}', 'STUDY_JSON', 'labelTable = "fets"', 'brats, msd'],
    ['{"referenceSequence": null}', 'STUDY_JSON', 'referenceSequence = null', 'T1ce'],
    ['{"files": {}}', 'STUDY_JSON', 'files = {}', 'a list'],
    [`{"files": [{"name": "a", "bytes": 1.5, "sha256": "${SHA}"}]}`, 'STUDY_JSON', 'files[0].bytes = 1.5', 'whole'],
    ['{"files": [{"name": "a", "bytes": 1, "sha256": "BA78"}]}', 'STUDY_JSON', 'files[0].sha256 = "BA78"', '64 hex'],
    ['{"reference": "../seg.nii.gz"}', 'NAME', '".."', 'without'],
    ['{"reference": "/seg.nii.gz"}', 'NAME', 'an empty part', 'without'],
    ['{"reference": "a\\u0007.nii"}', 'NAME', 'a control character', 'without'],
  ])('refuses %s', (text, code, found, expected) => {
    const fields = { found: expect.stringContaining(found), expected: expect.stringContaining(expected) };
    expect(() => parseStudyFile(text)).toThrow(expect.objectContaining({ code, fields }));
  });
});

describe('checkName', () => {
  test.each(['t1.nii.gz', 'a b+c (1)/Größe 脑 🧠.nii.gz', 'a..b', '...', 'x'.repeat(900)])('hands back %j', (name) => {
    expect(checkName(name)).toBe(name);
  });

  test.each([
    ['..', '".."'],
    ['a/../b', '".."'],
    ['a\\..\\b', '".."'],
    ['./a', 'a part "."'],
    ['', 'an empty part'],
    ['/a', 'an empty part'],
    ['a//b', 'an empty part'],
    ['a/', 'an empty part'],
    ['a\nb', 'a control character'],
    ['a\u0000', 'a control character'],
    ['a\u007f', 'a control character'],
    ['a\u009b31m', 'a control character'],
    ['a\ud83e', 'half a character'],
    ['ä'.repeat(451), '902 bytes, more than 900'],
  ])('refuses %j: %s', (name, problem) => {
    const fields = { found: expect.stringContaining(`with ${problem}`), expected: 'a relative name without that' };
    expect(() => checkName(name)).toThrow(expect.objectContaining({ code: 'NAME', fields }));
  });

  test('spells out what a terminal must not get', () => {
    expect(() => checkName('a\u001b[2J')).toThrow(/"a\\u001b\[2J"/);
  });
});
