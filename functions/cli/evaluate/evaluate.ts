import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LabelTable, REGIONS, type Region } from '../../contract/model.ts';
import {
  type Calibration,
  LEAST_REFERENCE_ML,
  type MaskScores,
  type PerRegion,
  type Scores,
} from '../../contract/scores.ts';
import { NeurotileError } from '../../core/errors.ts';
import { addReliability, calibrationError, type ReliabilityBin } from '../../core/evaluation/calibrate.ts';
import { toJson } from '../../pipeline/json.ts';
import { NOTICE } from '../../pipeline/measure.ts';
import type { Codec } from '../../pipeline/ports.ts';
import { compareScores, summariseScores } from '../../pipeline/summarise-scores.ts';
import { writeScores } from '../../report/write-scores.ts';
import { drawScores } from './draw-scores.ts';
import { type FoundMask, findMasks } from './find-masks.ts';
import { type FoundReferences, findReferences } from './find-references.ts';
import { matchNames } from './match-names.ts';
import { type ScoredStudy, scoreStudy } from './score-study.ts';

export interface EvaluateOptions {
  /** Folder of results, or of bare masks. */
  masks: string;
  references: readonly string[];
  /** Another folder of masks, to be compared with. */
  against?: string;
  out: string;
  /** Of what does not say itself how its labels are meant. */
  labelTable: LabelTable;
  regions: readonly Region[];
  /** Clean masks as the pipeline cleans its own, on both sides; what a run made is clean already. */
  clean: boolean;
  seed: number;
  /** Told after each study. */
  onStudy?: (study: string, done: number, of: number) => void;
}

/**
 * Scores a folder of masks against references, and leaves `scores.json`, `scores.md` and `scores.svg`.
 * @throws NeurotileError NOTHING_TO_SCORE where no mask has a reference, and what reading files throws, naming the file
 */
export async function evaluate(options: EvaluateOptions, codec: Codec): Promise<Scores> {
  const found = await allReferences(options);
  const masks = await scoreMasksIn(options.masks, found, options, codec);
  const other = options.against && (await scoreMasksIn(options.against, found, options, codec));
  const { seed, clean } = options;
  const scores: Scores = {
    notice: NOTICE,
    leastReferenceMl: LEAST_REFERENCE_ML,
    references: found.references.length,
    withoutReference: found.without,
    cleaned: clean,
    masks,
    ...(other && { against: { ...other, differences: compareScores(other.studies, masks.studies, seed), seed } }),
  };
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'scores.json'), toJson(scores));
  await writeFile(join(options.out, 'scores.md'), writeScores(scores));
  await writeFile(join(options.out, 'scores.svg'), drawScores(scores));
  return scores;
}

async function allReferences({ references, ...defaults }: EvaluateOptions): Promise<FoundReferences> {
  const found = await Promise.all(references.map((folder) => findReferences(folder, defaults)));
  const all = { references: found.flatMap((f) => f.references), without: found.flatMap((f) => f.without) };
  const names = all.references.map(({ study }) => study);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice === undefined) return all;
  throw new NeurotileError('NOTHING_TO_SCORE', { found: `two references of ${twice}`, expected: 'one a study' });
}

async function scoreMasksIn(
  folder: string,
  { references }: FoundReferences,
  { labelTable, clean, onStudy }: EvaluateOptions,
  codec: Codec,
): Promise<MaskScores> {
  const masks = await findMasks(folder, labelTable);
  const matches = matchNames(
    references.map(({ study }) => study),
    masks.map(({ study }) => study),
  );
  if (matches.size === 0) {
    const expected = `names such as "${references[0].study}"`;
    throw new NeurotileError('NOTHING_TO_SCORE', { file: folder, found: `masks of "${masks[0].study}" …`, expected });
  }
  const scored: ScoredStudy[] = [];
  const missing: { study: string; why: string }[] = [];
  for (const [n, reference] of references.entries()) {
    const mask: Partial<FoundMask> = masks[matches.get(reference.study) ?? -1] ?? { why: 'none of that name' };
    if (hasFile(mask)) scored.push(await scoreStudy({ ...mask, clean }, reference, codec));
    else missing.push({ study: reference.study, why: mask.why! });
    onStudy?.(reference.study, n + 1, references.length);
  }
  const used = new Set(matches.values());
  const studies = scored.map(({ scores }) => scores);
  const unused = masks.filter((_, n) => !used.has(n)).map(({ study }) => study);
  return { missing, unused, studies, summary: summariseScores(studies), calibration: calibrationOf(scored) };
}

const hasFile = (mask: Partial<FoundMask>): mask is FoundMask & { file: string } => mask.file !== undefined;

function calibrationOf(scored: readonly ScoredStudy[]): PerRegion<Calibration> {
  const calibration: PerRegion<Calibration> = {};
  for (const region of REGIONS) {
    const tables = scored.flatMap(({ reliability }) => (reliability[region] ? [reliability[region]] : []));
    if (tables.length === 0) continue;
    const bins = addReliability(tables);
    calibration[region] = { studies: tables.length, error: calibrationError(bins), bins: bins.map(rowOf) };
  }
  return calibration;
}

function rowOf({ low, voxels, expected, observed }: ReliabilityBin): Calibration['bins'][number] {
  const share = (sum: number) => (voxels === 0 ? null : sum / voxels);
  return { low, voxels, expected: share(expected), observed: share(observed) };
}
