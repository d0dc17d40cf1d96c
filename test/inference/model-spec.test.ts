import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseModelSpec } from '../../functions/inference/model-spec.ts';

const metadata = JSON.parse(readFileSync('test/fixtures/tiny-model-3d/configs/metadata.json', 'utf8'));
const withField = (name: string, value: unknown) => ({
  ...metadata,
  neurotile: { ...metadata.neurotile, [name]: value },
});

describe('the neurotile block of a bundle', () => {
  test('is taken as it stands, with what else it says', () => {
    expect(parseModelSpec(withField('provenance', { seed: 1 }))).toEqual({
      ...metadata.neurotile,
      provenance: { seed: 1 },
    });
  });

  test('may say how another framework runs it', () => {
    const window = { field: 'tight', steps: 'even', weights: 'nnunet', mean: 'log' };
    const said = {
      ...metadata.neurotile,
      window,
      outputs: 'labels',
      temperature: [1, 1, 1, 1],
      normalisation: { kind: 'z-score', mask: 'brain' },
    };
    expect(parseModelSpec({ ...metadata, neurotile: said })).toEqual(said);
  });

  test('tells labels only where they make all regions', () => {
    const said = { ...metadata.neurotile, outputs: 'labels', temperature: [1, 1, 1, 1], regions: ['WT', 'TC'] };
    expect(() => parseModelSpec({ ...metadata, neurotile: said })).toThrow('labels of WT, TC alone');
  });

  test.each([
    ['formatVersion', 2, 'formatVersion: 2, expected 1'],
    ['name', '../x', 'name: "../x"'],
    ['dims', 4, 'dims: 4, expected 2 or 3'],
    ['sequences', ['T1', 'T1'], 'sequences: ["T1","T1"]'],
    ['sequences', [], 'sequences: []'],
    ['sequences', ['T1', 'ADC'], 'different ones of T1, T1ce, T2, FLAIR'],
    ['axes', 'SPP', 'axes: "SPP"'],
    ['axes', 'SPLR', 'axes: "SPLR"'],
    ['spacingMm', [1, 1, 0], 'spacingMm: [1,1,0], expected three sizes above 0'],
    ['tile', [96, 96], 'tile: [96,96]'],
    ['tile', [96, 96.5, 96], 'tile: [96,96.5,96]'],
    ['overlap', [0, 0, 1], 'overlap: [0,0,1]'],
    ['regions', ['WT', 'ED'], 'different ones of TC, WT, ET'],
    ['normalisation', { kind: 'min-max' }, '"min-max"'],
    ['normalisation', { kind: 'z-score', mask: 'skull' }, 'one of nonzero, own, brain, all'],
    ['outputs', 'softmax', 'outputs: "softmax", expected "regions" or "labels"'],
    ['window', { field: 'tight', steps: 'even', weights: 'flat', mean: 'log-odds' }, 'window: {"field":"tight"'],
    ['window', null, 'window: null'],
    ['temperature', [1, 1], '2 temperatures, expected 3'],
    ['temperature', [1, 0, 1], 'temperature: [1,0,1]'],
    ['temperature', [1, null, 1], 'temperature: [1,null,1]'],
    ['digest', 'abc', 'digest: "abc"'],
    ['digest', undefined, 'digest: nothing'],
  ])('is refused where %s is %j', (name, value, words) => {
    expect(() => parseModelSpec(withField(name, value))).toThrow(expect.objectContaining({ code: 'MODEL' }));
    expect(() => parseModelSpec(withField(name, value))).toThrow(words);
  });

  test.each([null, 'text', {}, { neurotile: [] }])('is missing from %j, which is said', (value) => {
    expect(() => parseModelSpec(value)).toThrow('no "neurotile" block');
  });
});
