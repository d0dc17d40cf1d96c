import type { Manifest, Metrics, Plan, PredictionList } from '../contract/documents.ts';
import { predictionKey } from '../contract/keys.ts';
import { channelsOf, OWN_WINDOW, type Region } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { readNpy } from '../core/tensor/npy.ts';
import { cleanLabels, leaveLabels } from '../core/tiling/clean.ts';
import { labelsToRegions, likeliestLabels, regionsToLabels } from '../core/tiling/regions-to-labels.ts';
import { Stitcher } from '../core/tiling/stitch.ts';
import { uncertaintyMap } from '../core/tiling/uncertainty.ts';
import { resample } from '../core/volume/resample.ts';
import type { Volume } from '../core/volume/volume.ts';
import type { Ports } from './ports.ts';

/** What was found, on the reference sequence's own grid. */
export interface Segmentation {
  /** BraTS labels: 1 necrotic core, 2 oedema, 4 enhancing. */
  mask: Volume<Uint8Array>;
  /** Entropy of the whole tumour's probability, 0 to 255 for 0 to 1 bit. */
  uncertainty: Volume<Uint8Array>;
  probabilities: Record<Region, Float32Array>;
  cleaned: Metrics['cleaned'];
}

/** Predictions -> mask and uncertainty. Reads the listed versions only: a tile computed twice cannot change a mask. */
export async function segment(
  manifest: Manifest,
  plan: Plan,
  list: PredictionList,
  ports: Ports,
): Promise<Segmentation> {
  const { shape, affine } = manifest.grids[manifest.referenceSequence]!;
  const stitched = await stitch(manifest, plan, list, ports);
  const onReference = (region: Region) => {
    return resample({ ...plan.grid, data: stitched[region] }, { shape, affine }).data;
  };
  const probabilities = { TC: onReference('TC'), WT: onReference('WT'), ET: onReference('ET') };
  const clean = manifest.model.postprocessing === 'none' ? leaveLabels : cleanLabels;
  const decide = manifest.model.outputs === 'labels' ? likeliestLabels : regionsToLabels;
  const { labels, removed } = clean(decide(probabilities), { shape, affine });
  return {
    mask: { shape, affine, data: labels },
    uncertainty: { shape, affine, data: uncertaintyMap(probabilities.WT) },
    probabilities,
    cleaned: removed,
  };
}

async function stitch(
  { model }: Manifest,
  plan: Plan,
  list: PredictionList,
  ports: Ports,
): Promise<Record<Region, Float32Array>> {
  const { tile } = plan;
  const { weights, mean } = model.window ?? OWN_WINDOW;
  const channels = channelsOf(model);
  const stitcher = new Stitcher({ shape: plan.grid.shape, tile, dims: model.dims, channels, weights, mean });
  for (const { id, origin } of plan.tiles) {
    const object = await ports.work.get(predictionKey(plan.run, id), list.predictions[id]);
    if (!object) throw new NeurotileError('INTERNAL', { found: `no prediction of tile ${id} in the version listed` });
    const { dtype, data } = readNpy(object.bytes);
    if (dtype !== 'uint8') throw new NeurotileError('PREDICTION', { found: dtype, expected: 'uint8' });
    stitcher.add(origin, data as Uint8Array);
  }
  const stitched = stitcher.probabilities();
  if (model.outputs === 'labels') return labelsToRegions(stitched);
  const of = (region: Region) => stitched[model.regions.indexOf(region)];
  return { TC: of('TC'), WT: of('WT'), ET: of('ET') };
}
