import { describe, expect, test } from '@jest/globals';
import { factsOf, summaryOf } from '../../functions/cli/model-show.ts';
import { findModel, listModels, type ModelBundle } from '../../functions/cli/models.ts';
import { TINY_MODEL } from '../helpers/house.ts';

const textOf = (model: ModelBundle) =>
  factsOf(model)
    .map((row) => row.join(': '))
    .join('\n');

async function modelWith(provenance: object, more: object = {}): Promise<ModelBundle> {
  const { folder, metadata } = await findModel(TINY_MODEL);
  return { folder, metadata: { neurotile: { ...metadata.neurotile, ...more, provenance } as never } };
}

describe('neurotile model show', () => {
  test('tells of each model that comes along what its metadata says', async () => {
    for (const name of await listModels()) {
      const model = await findModel(name);
      const { digest, experimental } = model.metadata.neurotile;
      const text = textOf(model);
      expect(text).toContain(`digest: ${digest}`);
      expect(text).toContain('takes: T1, T1ce, T2, FLAIR');
      expect(text.includes('experimental')).toBe(experimental);
      expect(text).toMatch(/trained on: \d+ studies/);
      expect(text).toMatch(/WT 0\.\d{3} \(n=\d+\)/);
      expect(text).toContain('Research use only');
      expect(summaryOf(name, model.metadata.neurotile)).toContain(digest.slice(0, 12));
    }
  });

  test('says so where a model tells nothing of itself', async () => {
    const text = textOf(await modelWith({}));
    expect(text).toContain('trained on: not told');
    expect(text).toContain('Dice: not known: no study was held back');
  });

  test('says whose the scores are, and what fine-tuning gained and lost', async () => {
    const mean = { WT: { dice: 0.9, n: 4 } };
    const rows = [
      {
        population: 'left out',
        region: 'WT',
        n: 3,
        before: { mean: 0.8, spread: 0.1 },
        after: { mean: 0.85, spread: 0.05 },
      },
      {
        population: 'old',
        region: 'WT',
        n: 1,
        before: { mean: 0.9, spread: null },
        after: { mean: 0.88, spread: null },
      },
    ];
    const scores = { of: 'the model of the warm start', mean };
    const text = textOf(await modelWith({ trainedOn: ['a'], scores, fineTuning: { seen: [], table: rows } }));
    expect(text).toContain('WT 0.900 (n=4) of the model of the warm start');
    expect(text).toContain('fine-tuning: left out: WT 0.800 ± 0.100 before, 0.850 ± 0.050 after (n=3)');
    expect(text).toContain('old: WT 0.900 before, 0.880 after (n=1)');
  });
});
