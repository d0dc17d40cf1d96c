import { apply, spacingMm } from '../geometry/affine.ts';
import { type Box, boundingBox, growBox } from '../volume/bounding-box.ts';
import { cropVolume } from '../volume/crop-grid.ts';
import type { Vec3, Volume } from '../volume/volume.ts';

/** Tissue is what reaches this share of the way from the darkest value to the brightest percent. */
const TISSUE_SHARE = 0.1;
/** Finds the value that all but the brightest percent stay below; bright vessels and artefacts set no threshold. */
const BRIGHT_QUANTILE = 0.99;

/** 1 where there is tissue, 0 in air or where the skull was taken away; shape and order of the volume. */
export function foreground({ data }: Volume): Uint8Array {
  const [low, high] = intensityRange(data);
  const threshold = low + TISSUE_SHARE * (high - low);
  const mask = new Uint8Array(data.length);
  for (let n = 0; n < data.length; n++) if (data[n] > threshold) mask[n] = 1;
  return mask;
}

/** Least value, and the value below which all but the brightest percent of the values above it lie. */
export function intensityRange(data: Float32Array): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  for (let n = 0; n < data.length; n++) if (data[n] < low) low = data[n];
  const above = data.filter((value) => value > low).sort();
  return [low, above.length === 0 ? low : above[Math.floor(BRIGHT_QUANTILE * (above.length - 1))]];
}

/** The volume without the empty space around its tissue, but for `marginMm` of it; as it is where there is no tissue. */
export function cropToForeground(volume: Volume, coarse: Volume, marginMm: number): Volume {
  const found = boundingBox(foreground(coarse), coarse.shape);
  if (!found) return volume;
  const factor = (a: 0 | 1 | 2) => Math.max(1, Math.round(spacingMm(coarse.affine)[a] / spacingMm(volume.affine)[a]));
  const by: Vec3 = [factor(0), factor(1), factor(2)];
  const scale = (p: Vec3): Vec3 => [p[0] * by[0], p[1] * by[1], p[2] * by[2]];
  const box: Box = { start: scale(found.start), end: scale(found.end) };
  const [x, y, z] = spacingMm(volume.affine).map((mm) => Math.ceil(marginMm / mm));
  return cropVolume(volume, growBox(box, [x, y, z], volume.shape));
}

/** Centre of gravity of the tissue, each voxel weighing the same: contrasts differ, the head's shape does not. RAS mm. */
export function centreOfForeground(volume: Volume): Vec3 {
  const mask = foreground(volume);
  const [ni, nj, nk] = volume.shape;
  const sum = [0, 0, 0, 0];
  for (let k = 0, n = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, n++) {
        if (mask[n] === 0) continue;
        sum[0] += i;
        sum[1] += j;
        sum[2] += k;
        sum[3]++;
      }
  const middle: Vec3 = [(ni - 1) / 2, (nj - 1) / 2, (nk - 1) / 2];
  return apply(volume.affine, sum[3] ? [sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3]] : middle);
}
