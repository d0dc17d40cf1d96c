import type { Manifest, Transforms } from '../contract/documents.ts';
import { OWN_WINDOW, type Sequence } from '../contract/model.ts';
import { IDENTITY } from '../core/geometry/affine.ts';
import { brainMask } from '../core/study/brain-mask.ts';
import { foregroundMask } from '../core/study/foreground-mask.ts';
import { toFloat16 } from '../core/tensor/float16.ts';
import { modelGrid } from '../core/tiling/model-grid.ts';
import { boundingBox, growBox, unionBox } from '../core/volume/bounding-box.ts';
import { cropGrid } from '../core/volume/crop-grid.ts';
import { zScores } from '../core/volume/normalise.ts';
import { resample } from '../core/volume/resample.ts';
import type { Grid, Volume } from '../core/volume/volume.ts';
import { loadSequences } from './load-volume.ts';
import type { Ports } from './ports.ts';

/** What a model sees of a study. */
export interface ModelInput {
  /** The model's grid around the brain: i, j, k = W, H, D. */
  grid: Grid;
  /** Non-zero in the brain (or in the head, where there is a skull). */
  brain: Uint8Array;
  /** z-scores as float16 bits, where the model wants them, else 0; one array a sequence, in the model's order. */
  channels: Uint16Array[];
}

/** Voxels kept around the reference's brain: other sequences may show a little more of it. */
const MARGIN_VOXELS = 4;

const nameOf = ({ run }: Manifest) => `input/${run}`;

/** Originals and transforms -> the model's grid, in one resampling; then z-scores, as training does. */
export async function prepareInput(manifest: Manifest, transforms: Transforms, ports: Ports): Promise<ModelInput> {
  return ports.recent(nameOf(manifest), () => makeInput(manifest, transforms, ports));
}

/** For `tile`, which the model waits for, where it runs in this process. */
export function prepareInputAhead(manifest: Manifest, transforms: Transforms, ports: Ports): void {
  ports.ahead(nameOf(manifest), () => makeInput(manifest, transforms, ports));
}

async function makeInput(manifest: Manifest, transforms: Transforms, ports: Ports): Promise<ModelInput> {
  const { model, referenceSequence, warnings } = manifest;
  const originals = await loadSequences(manifest, ports);
  const reference = originals.get(referenceSequence)!;
  const hasSkull = warnings.some((w) => w.code === 'SKULL_PRESENT');

  const lay = (s: Sequence, grid: Grid) =>
    resample(originals.get(s)!, grid, transforms.sequences[s]?.matrix ?? IDENTITY);
  const grid = gridOf(reference, manifest, lay);
  const laid = model.sequences.map((s) => lay(s, grid));
  const brain = hasSkull ? foregroundMask(laid[model.sequences.indexOf(referenceSequence)]) : brainMask(laid);
  const values = laid.map((v) => v.data);
  const channels: Uint16Array[] = [];
  for (const z of zScores(values, brain, grid.shape, model.normalisation.mask)) channels.push(toFloat16(z));
  return { grid, brain, channels };
}

/** What of the reference's field of view is tiled: `window.field` of the model. */
function gridOf(reference: Volume, { model }: Manifest, lay: (s: Sequence, grid: Grid) => Volume): Grid {
  const { field } = model.window ?? OWN_WINDOW;
  const whole = modelGrid(reference, model.axes, model.spacingMm);
  if (field === 'whole') return whole;
  if (field === 'margin') {
    const box = boundingBox(resample(reference, whole).data, whole.shape);
    return box ? cropGrid(whole, growBox(box, MARGIN_VOXELS, whole.shape)) : whole;
  }
  const boxes = model.sequences.flatMap((s) => boundingBox(lay(s, whole).data, whole.shape) ?? []);
  return boxes.length > 0 ? cropGrid(whole, boxes.reduce(unionBox)) : whole;
}
