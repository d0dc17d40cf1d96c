import { describe, expect, test } from '@jest/globals';
import { filesOf, parseDataset } from '../../../functions/pipeline/training/parse-dataset.ts';

const item = { name: 'a', image: ['1.nii', '2.nii', '3.nii', '4.nii'], label: 'l.nii' };
const good = { modality: { 0: 'FLAIR', 1: 'T1w', 2: 't1gd', 3: 'T2w' }, training: [item] };
const parse = (said: unknown) => parseDataset(JSON.stringify(said));

describe('a dataset.json', () => {
  test('of Medical Decathlon is read as it is, fields that are none of ours passed over', () => {
    const said = parse({
      ...good,
      tensorImageSize: '4D',
      numTraining: 1,
      training: [{ image: './imagesTr/BRATS_001.nii.gz', label: './labelsTr/BRATS_001.nii.gz' }],
      test: ['./imagesTs/BRATS_485.nii.gz'],
    });
    expect(said.order).toEqual(['FLAIR', 'T1', 'T1ce', 'T2']);
    expect(said.training).toEqual([
      { name: 'BRATS_001', image: 'imagesTr/BRATS_001.nii.gz', label: 'labelsTr/BRATS_001.nii.gz', regions: undefined },
    ]);
    expect(said.validation).toEqual([]);
  });

  test('names its files, but for what is missing', () => {
    const missing = { ...item, name: 'b', image: ['1b.nii', null, null, '4b.nii'], label: 'lb.nii', regions: ['WT'] };
    const said = parse({ ...good, validation: [missing] });
    expect(filesOf(said)).toEqual(['1.nii', '2.nii', '3.nii', '4.nii', 'l.nii', '1b.nii', '4b.nii', 'lb.nii']);
    expect(said.validation[0].regions).toEqual(['WT']);
  });

  test('hands hyperparameters on as texts', () => {
    expect(parse({ ...good, hyperparameters: { rank: 2, minutes: '50' } }).hyperparameters).toEqual({
      rank: '2',
      minutes: '50',
    });
  });

  test.each([
    ['no JSON', undefined, 'JSON'],
    ['a list', [], 'the file'],
    ['nothing to train on', { ...good, training: [] }, 'training items'],
    ['three sequences', { ...good, modality: { 0: 'T1', 1: 'T2', 2: 'FLAIR' } }, 'modality'],
    ['an item without a label', { ...good, training: [{ ...item, label: undefined }] }, 'training[0].label'],
    [
      'an item with three files',
      { ...good, training: [{ ...item, image: ['1.nii', '2.nii', '3.nii'] }] },
      'training[0].image',
    ],
    ['a file that is no image', { ...good, training: [{ ...item, image: 'a.txt' }] }, 'training[0]'],
    [
      'a region that is none',
      { ...good, validation: [{ ...item, name: 'b', regions: ['XX'] }] },
      'validation[0].regions',
    ],
    ['two items of one name', { ...good, validation: [item] }, 'two items called "a"'],
    ['another label table', { ...good, labelTable: 'fets' }, 'labelTable'],
    ['a start that is no digest', { ...good, from: 'latest' }, 'from'],
    ['hyperparameters within hyperparameters', { ...good, hyperparameters: { a: {} } }, 'hyperparameters.a'],
  ])('with %s is refused, and the place named', (_, said, place) => {
    const text = said === undefined ? '{' : JSON.stringify(said);
    expect(() => parseDataset(text)).toThrow(
      expect.objectContaining({ code: 'DATASET', message: expect.stringContaining(place) }),
    );
  });

  test('that leads out of its folder is refused', () => {
    const said = { ...good, training: [{ ...item, label: '../other/l.nii' }] };
    expect(() => parse(said)).toThrow(expect.objectContaining({ code: 'NAME' }));
  });
});
