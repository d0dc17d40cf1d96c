import type { Manifest, Metrics, RegionScore, Transforms } from '../contract/documents.ts';
import { LABEL_TABLES, REGION_LABELS, REGIONS, type Region } from '../contract/model.ts';
import { toBratsLabels } from '../core/evaluation/label-table.ts';
import { scoreRegion } from '../core/evaluation/score-region.ts';
import { voxelMl } from '../core/geometry/affine.ts';
import { meanEntropyBits } from '../core/tiling/uncertainty.ts';
import { maskOf } from '../core/volume/mask-of.ts';
import type { Volume } from '../core/volume/volume.ts';
import { loadMask } from './load-volume.ts';
import type { Ports } from './ports.ts';
import type { Segmentation } from './segment.ts';

const NOTICE = 'Research use only. Not a medical device.';

/** The reference mask that came with a study, in BraTS's labels; undefined where none did. */
export async function referenceMaskOf(manifest: Manifest, ports: Ports): Promise<Volume<Uint8Array> | undefined> {
  if (!manifest.reference) return undefined;
  const { shape, affine, data } = await loadMask(manifest.reference, ports);
  return { shape, affine, data: toBratsLabels(data, LABEL_TABLES[manifest.labelTable]) };
}

/** All that is measured of a mask. Volumes in ml, on the reference sequence's grid. */
export function measure(
  manifest: Manifest,
  transforms: Transforms,
  segmentation: Segmentation,
  reference: Volume<Uint8Array> | undefined,
  brain: Uint8Array,
): Metrics {
  const { model, labelTable } = manifest;
  const { mask, uncertainty, cleaned } = segmentation;
  const ml = labelVolumesMl(mask);
  const volumeOf = (region: Region) => rounded(REGION_LABELS[region].reduce((sum, label) => sum + ml[label], 0));
  return {
    notice: NOTICE,
    model: { name: model.name, digest: model.digest, dims: model.dims, experimental: model.experimental ?? false },
    pipelineVersion: manifest.pipelineVersion,
    volumesMl: forRegions(volumeOf),
    labelsMl: { '1': ml[1], '2': ml[2], '4': ml[4] },
    uncertainty: { meanEntropyInTumour: meanEntropyBits(uncertainty.data, mask.data) },
    cleaned,
    registration: transforms.sequences,
    reference: reference && { labelTable, scores: scoresOf(segmentation, reference, brain) },
    warnings: [...manifest.warnings, ...transforms.warnings],
  };
}

function scoresOf(found: Segmentation, reference: Volume<Uint8Array>, brain: Uint8Array): Record<Region, RegionScore> {
  return forRegions((region) =>
    scoreRegion({
      grid: reference,
      mask: maskOf(found.mask.data, REGION_LABELS[region]),
      reference: maskOf(reference.data, REGION_LABELS[region]),
      probability: found.probabilities[region],
      brain,
    }),
  );
}

function labelVolumesMl({ data, affine }: Volume<Uint8Array>): number[] {
  const counts = [0, 0, 0, 0, 0];
  for (let n = 0; n < data.length; n++) counts[data[n]]++;
  return counts.map((n) => rounded(n * voxelMl(affine)));
}

/** To a millionth of a millilitre: sums of voxels without the noise of binary fractions. */
const rounded = (ml: number) => Math.round(ml * 1e6) / 1e6;

function forRegions<T>(of: (region: Region) => T): Record<Region, T> {
  return Object.fromEntries(REGIONS.map((region) => [region, of(region)])) as Record<Region, T>;
}
