import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type EvaluateOptions, evaluate } from '../../../functions/cli/evaluate/evaluate.ts';
import { REGIONS } from '../../../functions/contract/model.ts';
import type { Scores } from '../../../functions/contract/scores.ts';
import { tempFolders } from '../../helpers/temp-folder.ts';
import {
  block,
  codec,
  labelsBy,
  ML,
  write,
  writeRegions,
  writeResult,
  writeTurned,
  writeVolume,
} from './small-masks.ts';

const tempFolder = tempFolders();
const BLOCK_ML = 80 * ML;

async function score(masks: string, references: string, changed: Partial<EvaluateOptions> = {}): Promise<Scores> {
  const out = join(await tempFolder(), 'out');
  const usual = {
    masks,
    references: [references],
    out,
    labelTable: 'brats',
    regions: REGIONS,
    clean: false,
    seed: 1,
  } as const;
  const scores = await evaluate({ ...usual, ...changed }, codec);
  expect(JSON.parse(await readFile(join(out, 'scores.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(scores)));
  expect(await readFile(join(out, 'scores.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  return scores;
}

describe('masks against references', () => {
  test('are paired by name, and what is missing or left over is told', async () => {
    const [masks, references] = [await tempFolder(), await tempFolder()];
    // A block moved by one voxel of four: 3/4 of it lie in both, so does 3/4 in either: Dice 0.75.
    await writeVolume(join(masks, 'one.nii.gz'), block(3, 4));
    await writeVolume(join(masks, 'extra.nii.gz'), block(3, 4));
    await writeVolume(join(references, 'one_seg.nii.gz'), block(2, 4));
    await writeVolume(join(references, 'two_seg.nii.gz'), block(2, 4));
    const scores = await score(masks, references);
    expect(scores).toMatchObject({ references: 2, leastReferenceMl: 0.5, withoutReference: [] });
    expect(scores.masks.missing).toEqual([{ study: 'two', why: 'none of that name' }]);
    expect(scores.masks.unused).toEqual(['extra']);
    const [{ study, regions }] = scores.masks.studies;
    expect(study).toBe('one');
    for (const region of REGIONS) {
      expect(regions[region]).toMatchObject({ dice: 0.75, sensitivity: 0.75, specificity: null, hd95Mm: 2 });
      expect(regions[region]!.referenceMl).toBeCloseTo(BLOCK_ML, 9);
      expect(regions[region]!.maskMl).toBeCloseTo(BLOCK_ML, 9);
      expect(regions[region]!.lesions).toMatchObject({ dice: 0.75, found: 1, missed: 0, falsePositives: 0 });
    }
  });

  test('are cleaned first where that is asked for, on both sides', async () => {
    const [masks, references] = [await tempFolder(), await tempFolder()];
    const speck = labelsBy((i, j, k) => (i === 11 && j === 0 && k === 0 ? 1 : 0));
    await writeVolume(join(references, 'one.nii.gz'), block(2, 4));
    await writeVolume(
      join(masks, 'one.nii.gz'),
      block(2, 4).map((label, n) => label || speck[n]),
    );
    const dice = async (clean: boolean) => {
      const { cleaned, masks: mine, against } = await score(masks, references, { clean, against: masks });
      expect(cleaned).toBe(clean);
      return [mine, against!].map(({ studies }) => studies[0].regions.WT!.dice);
    };
    expect(await dice(false)).toEqual([160 / 161, 160 / 161]);
    expect(await dice(true)).toEqual([1, 1]);
  });

  test('are laid on the reference’s grid by their headers', async () => {
    const [masks, references] = [await tempFolder(), await tempFolder()];
    await writeTurned(join(masks, 'one.nii.gz'), block(3, 4));
    await writeVolume(join(references, 'one.nii.gz'), block(2, 4));
    const [study] = (await score(masks, references)).masks.studies;
    expect(study.resampled).toBe(true);
    expect(study.regions.WT!.dice).toBe(0.75);
  });

  test('of runs bring soft Dice where the reference is that of the run, and the brain', async () => {
    const [masks, references] = [await tempFolder(), await tempFolder()];
    const measured = (dice: number) => ({ scores: { WT: { dice, softDice: 0.8125, referenceMl: BLOCK_ML } } });
    const reference = { labelTable: 'brats', ...measured(0.75) };
    const metrics = { reference: { ...reference, scores: { ...reference.scores, TC: { dice: 0 }, ET: { dice: 0 } } } };
    await writeResult(join(masks, 'site', 'one'), 'site/one', block(3, 2), metrics);
    await write(join(masks, 'two', 'error.json'), JSON.stringify({ study: 'two', kind: 'refused', code: 'NO_BRAIN' }));
    for (const name of ['one', 'two']) {
      await writeVolume(
        join(references, name, `${name}_t1.nii.gz`),
        labelsBy((i) => i),
      );
      await writeVolume(join(references, name, `${name}_seg.nii.gz`), block(2, 2));
    }
    await writeVolume(
      join(references, 'three', 'x_flair.nii.gz'),
      labelsBy((i) => i),
    );
    const scores = await score(masks, references);
    expect(scores.masks.missing).toEqual([{ study: 'two', why: 'refused: NO_BRAIN' }]);
    expect(scores.withoutReference).toEqual(['three']);
    const { WT, TC } = scores.masks.studies[0].regions;
    // Of 12 × 14 × 9 voxels of brain 80 are tumour; of the others 20 were called so.
    expect(WT).toMatchObject({ softDice: 0.8125, specificity: 1 - 20 / (12 * 14 * 9 - 80) });
    expect(TC).toMatchObject({ dice: null, softDice: null, referenceMl: 0, maskMl: 0 });
    expect(scores.masks.summary.TC).toMatchObject({ bothEmpty: 1, scored: 0 });
  });

  test('do not take over a run’s soft Dice against another reference', async () => {
    const [masks, references] = [await tempFolder(), await tempFolder()];
    const region = { dice: 0.75, softDice: 0.9, referenceMl: BLOCK_ML };
    await writeResult(join(masks, 'one'), 'one', block(3, 4), {
      reference: { scores: { WT: region, TC: region, ET: region } },
    });
    await writeVolume(join(references, 'one.nii.gz'), block(1, 4));
    expect((await score(masks, references)).masks.studies[0].regions.WT).toMatchObject({ dice: 0.5, softDice: null });
  });

  test('follow a dataset.json: its names, its label table, and what a reference can tell', async () => {
    const [masks, references] = [await tempFolder(), await tempFolder()];
    const item = { name: 'p1', image: ['t1.nii.gz', null, null, null], label: 'labels/p1.nii.gz' };
    const whole = { name: 'p2', image: ['t1.nii.gz', null, null, null], label: 'labels/p2.nii.gz', regions: ['WT'] };
    const dataset = { labelTable: 'msd', training: [item], validation: [whole] };
    await write(join(references, 'dataset.json'), JSON.stringify(dataset));
    await writeVolume(
      join(references, 't1.nii.gz'),
      labelsBy((i) => i),
    );
    await writeVolume(join(references, 'labels', 'p1.nii.gz'), block(2, 1)); // oedema, by that table
    await writeVolume(join(references, 'labels', 'p2.nii.gz'), block(2, 7)); // no label of any table
    for (const name of ['p1', 'p2']) await writeVolume(join(masks, `${name}.nii.gz`), block(2, 2));
    // The option is about masks and references that do not say it themselves.
    const { studies } = (await score(masks, references)).masks;
    expect(studies[0]).toMatchObject({ labelTable: 'msd', regions: { WT: { dice: 1 }, TC: { dice: null } } });
    expect(Object.keys(studies[1].regions)).toEqual(['WT']);
    expect(studies[1].regions.WT!.dice).toBe(1);
    // The first column of i is 0 in t1: no brain. It makes no difference to a perfect mask.
    expect(studies[0].regions.WT!.specificity).toBe(1);
  });

  test('with probabilities beside them have soft Dice and a calibration', async () => {
    const [masks, references] = [await tempFolder(), await tempFolder()];
    await writeVolume(join(masks, 'one.nii.gz'), block(2, 4));
    const half = block(2, 0.5);
    await writeRegions(join(masks, 'one_probabilities.nii.gz'), [half, block(2, 1), half]);
    await writeVolume(join(references, 'one', 't1.nii.gz'), labelsBy(() => 1).fill(2, 0, 9));
    await writeVolume(join(references, 'one', 'seg.nii.gz'), block(2, 4));
    const { studies, calibration } = (await score(masks, references)).masks;
    expect(studies[0].regions.WT!.softDice).toBe(1);
    expect(studies[0].regions.TC!.softDice).toBeCloseTo(0.8, 6); // 2 · 0.5 / (0.25 + 1)
    expect(calibration.WT).toMatchObject({ studies: 1, error: 0 });
    expect(calibration.TC!.error).toBeCloseTo((80 * 0.5) / (12 * 14 * 10), 9);
    expect(calibration.TC!.bins[7]).toMatchObject({ voxels: 80, expected: 0.5, observed: 1 });
  });

  test('are compared with other masks study by study', async () => {
    const [masks, others, references] = [await tempFolder(), await tempFolder(), await tempFolder()];
    for (const [n, name] of ['a', 'b', 'c'].entries()) {
      await writeVolume(join(references, `${name}.nii.gz`), block(2, 4));
      await writeVolume(join(masks, `${name}.nii.gz`), block(3, 4)); // Dice 0.75
      if (n < 2) await writeVolume(join(others, `${name}.nii.gz`), block(4 + n, 4)); // 0.5 and 0.25
    }
    const { against } = await score(masks, references, { against: others });
    expect(against!.missing).toEqual([{ study: 'c', why: 'none of that name' }]);
    expect(against!.differences.WT!.dice).toEqual({ n: 2, mean: 0.375, low: 0.25, high: 0.5 });
    expect(against!.differences.WT!.volumeErrorMl).toMatchObject({ n: 2, mean: 0 });
  });
});

describe('nothing to score', () => {
  test('is refused, whether names differ, references are missing, or there are two of one', async () => {
    const [masks, references] = [await tempFolder(), await tempFolder()];
    await writeVolume(join(masks, 'one.nii.gz'), block(2, 4));
    const refused = (text: string) => ({ code: 'NOTHING_TO_SCORE', message: expect.stringContaining(text) });
    await expect(score(masks, references)).rejects.toMatchObject(refused('no reference mask'));
    await writeVolume(join(references, 'other.nii.gz'), block(2, 4));
    await expect(score(masks, references)).rejects.toMatchObject(refused('names such as "other"'));
    const twice = { references: [references, references] };
    await expect(score(masks, references, twice)).rejects.toMatchObject(refused('two references of other'));
    await expect(score(join(masks, 'nowhere'), references)).rejects.toMatchObject(refused('no folder'));
  });

  test('labels that the table lacks are refused, naming the file', async () => {
    const [masks, references] = [await tempFolder(), await tempFolder()];
    await writeVolume(join(masks, 'one.nii.gz'), block(2, 4));
    await writeVolume(join(references, 'one.nii.gz'), block(2, 9));
    const error = { code: 'REFERENCE_LABELS', message: expect.stringContaining('one.nii.gz') };
    await expect(score(masks, references)).rejects.toMatchObject(error);
  });
});
