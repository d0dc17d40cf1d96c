import { apply, IDENTITY, invert, spacingMm } from '../geometry/affine.ts';
import type { Random } from '../random.ts';
import { resample } from '../volume/resample.ts';
import type { Affine, Grid, Volume } from '../volume/volume.ts';
import type { Contrast } from './contrasts.ts';
import { max, min, round, sqrt } from './math.ts';
import { type Noise, sampleNoise } from './noise.ts';

/** Cells of the bias field's noise, mm: waves of about two head widths. */
const BIAS_CELL_MM = 35;
/** Relative spread of the coil's sensitivity. */
const BIAS = 0.08;

/**
 * What a scanner makes of a signal: laid on the sequence's own grid where the patient lies for it, thick slices
 * averaged over their thickness, uneven sensitivity, Rician noise (Gudbjartsson & Patz, MRM 1995), whole numbers;
 * 0 outside the brain, as after skull stripping, and at least 1 inside.
 *
 * @param signal white matter = 1, 0 outside the brain  @param brain 1 inside, 0 outside; same grid
 * @param toSequence reference world -> this sequence's world, RAS mm
 * @returns shape of `grid`, values 0 to 32767
 */
export function acquire(
  signal: Volume<Float32Array>,
  brain: Volume<Uint8Array>,
  grid: Grid,
  toSequence: Affine,
  contrast: Contrast,
  bias: Noise,
  random: Random,
): Volume<Float32Array> {
  const back = toSequence === IDENTITY ? IDENTITY : invert(toSequence);
  const slices = subSlices(signal, grid);
  const data = meanOf(slices.map((slice) => resample(signal, slice, back).data));
  const part = meanOf(slices.map((slice) => resample(brain, slice, back).data));
  for (let n = 0; n < data.length; n++) data[n] = part[n] < 0.5 ? 0 : data[n] / part[n];
  expose({ ...grid, data }, contrast, bias, random);
  return { ...grid, data };
}

/** The grid moved along its third axis to where a slice's thickness is sampled: once for each voxel of the signal. */
function subSlices(signal: Grid, grid: Grid): Grid[] {
  const count = max(1, round(spacingMm(grid.affine)[2] / min(...spacingMm(signal.affine))));
  return Array.from({ length: count }, (_, n) => {
    const [x, y, z] = apply(grid.affine, [0, 0, (n + 0.5) / count - 0.5]);
    const affine = [...grid.affine];
    affine[3] = x;
    affine[7] = y;
    affine[11] = z;
    return { shape: grid.shape, affine };
  });
}

function meanOf(parts: readonly Float32Array[]): Float32Array {
  const [sum, ...others] = parts;
  for (const other of others) for (let n = 0; n < sum.length; n++) sum[n] += other[n];
  if (others.length > 0) for (let n = 0; n < sum.length; n++) sum[n] /= parts.length;
  return sum;
}

/** Sensitivity, noise and rounding, in place. */
function expose({ data, shape, affine }: Volume<Float32Array>, contrast: Contrast, bias: Noise, random: Random): void {
  const [ni, nj, nk] = shape;
  const cells = affine.map((value) => value / BIAS_CELL_MM);
  const [shiftX, shiftY, shiftZ] = [random.uniform(0, 64), random.uniform(0, 64), random.uniform(0, 64)];
  for (let k = 0, index = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const [x, y, z] = apply(cells, [0, j, k]);
      for (let i = 0; i < ni; i++, index++) {
        if (data[index] === 0) continue;
        const coil = sampleNoise(bias, x + cells[0] * i + shiftX, y + cells[4] * i + shiftY, z + cells[8] * i + shiftZ);
        const real = data[index] * (1 + BIAS * coil) + random.normal(0, contrast.noise);
        const imaginary = random.normal(0, contrast.noise);
        const magnitude = contrast.scale * sqrt(real * real + imaginary * imaginary);
        data[index] = min(32767, max(1, round(magnitude)));
      }
    }
}
