import type { Random } from '../random.ts';
import { exp, floor, hypot, sqrt } from './math.ts';

/** Cells along each side of a noise cube; a power of two, so that wrapping round is a bit mask. */
const SIDE = 64;
const MASK = SIDE - 1;

/**
 * A cube of smooth noise that repeats without a seam: 64 × 64 × 64 cells, x fastest, mean 0, standard deviation 1.
 * Scale the point to choose how coarse it is, shift it to get an independent field from the same cube.
 */
export type Noise = Float32Array;

/**
 * White noise blurred to `sigma` cells; its zeros lie 4.4 sigma apart along a line.
 * (Rice, "Mathematical analysis of random noise", 1944: a Gaussian field of correlation exp(-r²/4σ²).)
 */
export function createNoise(random: Random, sigma = 2): Noise {
  return standardise(blur(whiteNoise(random), sigma));
}

/**
 * Noise of one wavelength, as the distance in cells to where it crosses zero, signed: near there its slope is 1.
 * Its zeros make long winding sheets at even distances, as the folds of the cortex do.
 */
export function createFolds(random: Random): Noise {
  const white = whiteNoise(random);
  const fine = blur(white, 2);
  const coarse = blur(white, 3);
  return slopeOne(standardise(fine.map((value, n) => value - coarse[n])));
}

/** The noise at a point given in cells, trilinear between them. */
export function sampleNoise(noise: Noise, x: number, y: number, z: number): number {
  const i = floor(x);
  const j = floor(y);
  const k = floor(z);
  const fx = x - i;
  const fy = y - j;
  const fz = z - k;
  const i0 = i & MASK;
  const i1 = (i + 1) & MASK;
  const j0 = (j & MASK) * SIDE;
  const j1 = ((j + 1) & MASK) * SIDE;
  const k0 = (k & MASK) * SIDE * SIDE;
  const k1 = ((k + 1) & MASK) * SIDE * SIDE;
  const a = noise[i0 + j0 + k0] + fx * (noise[i1 + j0 + k0] - noise[i0 + j0 + k0]);
  const b = noise[i0 + j1 + k0] + fx * (noise[i1 + j1 + k0] - noise[i0 + j1 + k0]);
  const c = noise[i0 + j0 + k1] + fx * (noise[i1 + j0 + k1] - noise[i0 + j0 + k1]);
  const d = noise[i0 + j1 + k1] + fx * (noise[i1 + j1 + k1] - noise[i0 + j1 + k1]);
  const low = a + fy * (b - a);
  return low + fz * (c + fy * (d - c) - low);
}

/** Uniform, not normal: blurring adds so many up that the sum is normal all the same. */
function whiteNoise(random: Random): Float32Array {
  return new Float32Array(SIDE ** 3).map(() => random.uniform(-1, 1));
}

/** Gaussian of `sigma` cells, one axis after the other, round the seam. */
function blur(values: Float32Array, sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, n) => exp(-((n - reach) ** 2) / (2 * sigma * sigma)));
  return [1, SIDE, SIDE * SIDE].reduce((from, stride) => blurAlong(from, stride, kernel), values);
}

function blurAlong(values: Float32Array, stride: number, kernel: readonly number[]): Float32Array {
  const reach = (kernel.length - 1) / 2;
  const out = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const at = floor(index / stride) & MASK;
    const base = index - at * stride;
    let sum = 0;
    for (let n = -reach; n <= reach; n++) sum += kernel[n + reach] * values[base + ((at + n) & MASK) * stride];
    out[index] = sum;
  }
  return out;
}

function standardise(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / deviation);
}

/** Each value over its own slope, which is kept off zero so that hilltops stay finite. */
function slopeOne(values: Float32Array): Float32Array {
  const along = (index: number, stride: number) => {
    const at = floor(index / stride) & MASK;
    const base = index - at * stride;
    return (values[base + ((at + 1) & MASK) * stride] - values[base + ((at - 1) & MASK) * stride]) / 2;
  };
  return values.map((value, n) => value / hypot(along(n, 1), along(n, SIDE), along(n, SIDE * SIDE), 0.12));
}
