import type { Manifest, Metrics, Transforms } from '../contract/documents.ts';
import { forRegions, LABEL_TABLES, REGION_LABELS, type Region } from '../contract/model.ts';
import { toBratsLabels } from '../core/evaluation/label-table.ts';
import { voxelMl } from '../core/geometry/affine.ts';
import { meanEntropyBits } from '../core/tiling/uncertainty.ts';
import type { Volume } from '../core/volume/volume.ts';
import { loadMask } from './load-volume.ts';
import type { Ports } from './ports.ts';
import { scoreMasks } from './score-masks.ts';
import type { Segmentation } from './segment.ts';

export const NOTICE = 'Research use only. Not a medical device.';

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
    reference: reference && { labelTable, scores: scoreMasks({ ...segmentation, mask: mask.data, reference, brain }) },
    warnings: [...manifest.warnings, ...transforms.warnings],
  };
}

function labelVolumesMl({ data, affine }: Volume<Uint8Array>): number[] {
  const counts = [0, 0, 0, 0, 0];
  for (let n = 0; n < data.length; n++) counts[data[n]]++;
  return counts.map((n) => rounded(n * voxelMl(affine)));
}

/** To a millionth of a millilitre: sums of voxels without the noise of binary fractions. */
const rounded = (ml: number) => Math.round(ml * 1e6) / 1e6;
