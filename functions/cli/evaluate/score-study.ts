import { readFile } from 'node:fs/promises';
import { LABEL_TABLES, type LabelTable, REGION_LABELS, REGIONS, type Region } from '../../contract/model.ts';
import type { PerRegion, ScoredRegion, StudyScores } from '../../contract/scores.ts';
import { NeurotileError } from '../../core/errors.ts';
import { type ReliabilityBin, reliability } from '../../core/evaluation/calibrate.ts';
import { toBratsLabels } from '../../core/evaluation/label-table.ts';
import { sameGrid, voxelMl } from '../../core/geometry/affine.ts';
import { readNifti } from '../../core/nifti/read-nifti.ts';
import { brainMask } from '../../core/study/brain-mask.ts';
import { checkVoxels } from '../../core/study/check-voxels.ts';
import { cleanLabels } from '../../core/tiling/clean.ts';
import { maskOf } from '../../core/volume/mask-of.ts';
import { resample } from '../../core/volume/resample.ts';
import type { Grid, Volume, VoxelData } from '../../core/volume/volume.ts';
import { inflateNifti, named } from '../../pipeline/load-volume.ts';
import type { Codec } from '../../pipeline/ports.ts';
import { scoreMasks } from '../../pipeline/score-masks.ts';
import type { FoundMask } from './find-masks.ts';
import type { ReferenceMask } from './find-references.ts';

export interface ScoredStudy {
  scores: StudyScores;
  /** In the brain; none without probabilities, or without images that tell where the brain is. */
  reliability: PerRegion<ReliabilityBin[]>;
}

/**
 * A study's mask against its reference, on the reference's grid. Soft Dice is of the probabilities beside the mask, or
 * what the run measured itself, where that was against the same reference; specificity is over the brain of the images
 * that lie beside the mask or the reference.
 * @throws NeurotileError of reading NIfTI, and REFERENCE_LABELS, naming the file
 */
export async function scoreStudy(
  { file, labelTable, metrics, images, probabilities, clean }: FoundMask & { file: string; clean: boolean },
  reference: ReferenceMask,
  codec: Codec,
): Promise<ScoredStudy> {
  const drawn = await readReference(reference, codec);
  const stored = await readLabels(file, labelTable, codec);
  const found = clean ? { ...stored, data: cleanLabels(stored.data, stored).labels } : stored;
  const resampled = !sameGrid(found, drawn);
  const mask = resampled ? Uint8Array.from(onGrid(found, drawn)) : found.data;
  const brain = await brainOf(images.length > 0 ? images : reference.images, drawn, codec);
  const chances = probabilities ? await readProbabilities(probabilities, drawn, codec) : undefined;
  const scores = scoreMasks({ mask, reference: drawn, probabilities: chances, brain });
  const regions: PerRegion<ScoredRegion> = {};
  const tables: PerRegion<ReliabilityBin[]> = {};
  for (const region of reference.regions) {
    const maskMl =
      mask.reduce((n, label) => n + (REGION_LABELS[region].includes(label) ? 1 : 0), 0) * voxelMl(drawn.affine);
    const measured = metrics?.reference?.scores[region];
    const isSame = measured?.dice === scores[region].dice && measured?.referenceMl === scores[region].referenceMl;
    const softDice = scores[region].softDice ?? (isSame ? measured.softDice : null);
    regions[region] = { ...scores[region], softDice, maskMl };
    if (chances && brain)
      tables[region] = reliability(chances[region], maskOf(drawn.data, REGION_LABELS[region]), { within: brain });
  }
  const { study, labelTable: table } = reference;
  return { scores: { study, labelTable: table, resampled, regions }, reliability: tables };
}

/** A label that is in no region but the whole tumour. */
const OEDEMA = 2;

const onGrid = (volume: Volume<VoxelData>, grid: Grid) =>
  resample(volume, grid, undefined, { interpolation: 'nearest' }).data;

async function readVolumes(file: string, codec: Codec): Promise<Volume<Float32Array>[]> {
  return named(file, async () => {
    const { header, bytes } = await inflateNifti(await readFile(file), { codec });
    return Array.from({ length: header.volumes }, (_, volume) => readNifti(bytes, { volume }));
  });
}

async function readLabels(file: string, table: LabelTable, codec: Codec): Promise<Volume<Uint8Array>> {
  const [{ shape, affine, data }] = await readVolumes(file, codec);
  return named(file, async () => ({ shape, affine, data: toBratsLabels(data, LABEL_TABLES[table]) }));
}

/** Whatever is not 0 is tumour, where the whole tumour is all that a reference tells. */
async function readReference({ file, labelTable, regions }: ReferenceMask, codec: Codec): Promise<Volume<Uint8Array>> {
  if (regions.some((region) => region !== 'WT')) return readLabels(file, labelTable, codec);
  const [{ shape, affine, data }] = await readVolumes(file, codec);
  return { shape, affine, data: Uint8Array.from(data, (value) => (value === 0 ? 0 : OEDEMA)) };
}

async function readProbabilities(file: string, grid: Grid, codec: Codec): Promise<Record<Region, Float32Array>> {
  const volumes = await readVolumes(file, codec);
  if (volumes.length !== REGIONS.length) {
    const expected = `${REGIONS.length}: ${REGIONS.join(', ')}`;
    throw new NeurotileError('NIFTI_SHAPE', { file, found: `${volumes.length} volumes`, expected });
  }
  const [TC, WT, ET] = volumes.map((volume) => resample(volume, grid).data);
  return { TC, WT, ET };
}

/** The brain on a grid, by those images that lie on it. */
async function brainOf(files: readonly string[], grid: Grid, codec: Codec): Promise<Uint8Array | undefined> {
  const volumes: Volume[] = [];
  for (const file of files)
    for (const volume of await readVolumes(file, codec))
      if (sameGrid(volume, grid)) volumes.push(checkVoxels(volume).volume);
  return volumes.length === 0 ? undefined : brainMask(volumes);
}
