import type { Volume } from '../volume/volume.ts';
import { finiteRange } from './otsu-threshold.ts';

/** What surrounds the head: the commonest value on the volume's six faces, and the share of the faces that has it. */
export interface BorderBackground {
  value: number;
  share: number;
}

/** Values this close, as a part of the whole range, count as one: resampling leaves ripples of rounding size. */
const SAME = 1e-3;

/** The background of a volume, by its faces. Values there are counted in bins of a thousandth of the range. */
export function borderBackground(volume: Volume): BorderBackground {
  const [low, high] = finiteRange(volume.data);
  const size = (high - low) * SAME || 1;
  const counts = new Map<number, number>();
  const face = borderValues(volume);
  for (const value of face) {
    const bin = Math.round(value / size); // one bin is centred on zero
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  let [bin, count] = [0, 0];
  for (const [b, c] of counts) if (c > count) [bin, count] = [b, c];
  return { value: bin * size, share: count / face.length };
}

/** Every voxel on a face of the volume, once. */
export function borderValues({ data, shape: [ni, nj, nk] }: Volume): Float32Array {
  const out = new Float32Array(ni * nj * nk - Math.max(0, ni - 2) * Math.max(0, nj - 2) * Math.max(0, nk - 2));
  let count = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const row = ni * (j + nj * k);
      const isWhole = k === 0 || k === nk - 1 || j === 0 || j === nj - 1;
      for (let i = 0; i < ni; i += isWhole ? 1 : ni - 1) out[count++] = data[row + i];
    }
  return out;
}
