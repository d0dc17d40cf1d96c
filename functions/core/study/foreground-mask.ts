import { findComponents } from '../volume/components.ts';
import type { Volume } from '../volume/volume.ts';
import { fillSlices } from './border-components.ts';
import { otsuThreshold } from './otsu-threshold.ts';

/**
 * The head in a scan that still has its skull, so that z-scores are those of tissue and not of air: what is brighter
 * than Otsu's threshold, what that encloses in each slice along k (dark bone, CSF, sinuses), and of both together the
 * largest connected piece. Filled first, so that bone does not part the scalp from the brain.
 *
 * @returns 1 in the head, 0 in the air; shape and order of the volume
 */
export function foregroundMask({ data, shape }: Volume): Uint8Array {
  const threshold = otsuThreshold(data);
  const bright = new Uint8Array(data.length);
  for (let n = 0; n < data.length; n++) bright[n] = data[n] > threshold ? 1 : 0;
  fillSlices(bright, shape);
  const { voxels, runs } = findComponents(bright, shape);
  const largest = voxels.indexOf(voxels.reduce((a, b) => Math.max(a, b), 0));
  const mask = new Uint8Array(data.length);
  for (let r = 0; r < runs.start.length; r++)
    if (runs.component[r] === largest) mask.fill(1, runs.start[r], runs.start[r] + runs.length[r]);
  return mask;
}
