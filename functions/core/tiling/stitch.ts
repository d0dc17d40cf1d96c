import type { Vec3 } from '../volume/volume.ts';
import { voxelsIn } from '../volume/volume.ts';
import type { Dhw } from './dhw.ts';
import { importanceWeights, type TileWeights } from './importance.ts';
import { inSteps, LOG_SCALES, type LogScale, MOST_STEPS } from './log-steps.ts';
import type { TileLayout } from './tile-rows.ts';
import { forEachTileRow, planeOffset } from './tile-rows.ts';

/** Largest sum of weights at a voxel whose product with the largest value still fits 32 bits. */
const mostWeight = (largest: number) => Math.floor((2 ** 32 - 1) / largest);

export interface StitchPlan {
  /** Shape of the model grid along i, j, k = W, H, D. */
  readonly shape: Vec3;
  /** Tile shape D, H, W. */
  readonly tile: Dhw;
  readonly dims: 2 | 3;
  /** Channels of a prediction: regions, or labels. */
  readonly channels: number;
  /** Default `gaussian`. */
  readonly weights?: TileWeights;
  /** What is averaged. Default `probabilities`. */
  readonly mean?: 'probabilities' | keyof typeof LOG_SCALES;
}

/**
 * Puts the predictions of overlapping tiles together: at each voxel the mean of what the tiles said, weighted by a
 * Gaussian around each tile's middle (Isensee et al., nnU-Net, Nature Methods 2021; MONAI's sliding window), or all alike.
 *
 * All sums are of whole numbers (weight × probability in 255ths, or its logarithm in small steps), so that the result is the same bit for bit whatever
 * the order in which tiles come; a tile that comes twice is counted once. Memory: (regions + 1) × 4 bytes a voxel of
 * the grid, whatever the number of tiles.
 */
export class Stitcher {
  readonly #plan: StitchPlan;
  readonly #layout: TileLayout;
  readonly #importance: Int32Array;
  // 32 bits without a sign, added to as signed ones, which engines are quicker at: the bits come out the same.
  readonly #weights: Int32Array;
  readonly #sums: Int32Array[];
  readonly #seen = new Set<string>();
  readonly #scale: LogScale | undefined;
  #finished = false;

  constructor(plan: StitchPlan) {
    this.#plan = plan;
    if (plan.mean && plan.mean !== 'probabilities') this.#scale = LOG_SCALES[plan.mean];
    this.#layout = { dims: plan.dims, tile: plan.tile, channels: plan.channels };
    this.#importance = importanceWeights(plan.tile, plan.dims, plan.weights);
    this.#weights = new Int32Array(voxelsIn(plan.shape));
    this.#sums = Array.from({ length: plan.channels }, () => new Int32Array(voxelsIn(plan.shape)));
  }

  /**
   * Adds the prediction of the tile at `origin` (D, H, W).
   * @param prediction uint8 probabilities, 255 = 1; 1 × C × D × H × W in 3D, N × C × H × W in 2D
   * @throws RangeError for a prediction of another size; Error after `probabilities` was called
   */
  add(origin: Dhw, prediction: Uint8Array): void {
    if (this.#finished) throw new Error('the stitcher has given its result already');
    const { shape, tile, channels } = this.#plan;
    const expected = channels * tile[0] * tile[1] * tile[2];
    if (prediction.length !== expected)
      throw new RangeError(`prediction of ${prediction.length} values, not ${expected}`);
    if (this.#seen.has(origin.join())) return;
    this.#seen.add(origin.join());
    const values = this.#scale ? inSteps(prediction, this.#scale) : prediction;
    forEachTileRow(shape, origin, tile, (d, h, w0, gridAt, length) => {
      const row = h * tile[2] + w0;
      const importance = this.#importance.subarray(d * tile[1] * tile[2] + row);
      addTo(this.#weights, gridAt, importance, length);
      for (let c = 0; c < channels; c++)
        addProducts(this.#sums[c], gridAt, importance, values, planeOffset(this.#layout, c, d) + row, length);
    });
  }

  /**
   * Probability of each channel at each voxel of the grid, 0 to 1; 0 where no tile was. Ends the stitcher, whose memory
   * the result takes over.
   * @throws RangeError when so many tiles overlap at one voxel that sums overflow: more than 250 at their very middle,
   * of logarithms 32
   */
  probabilities(): Float32Array[] {
    if (this.#finished) throw new Error('the stitcher has given its result already');
    this.#finished = true;
    const weights = new Uint32Array(this.#weights.buffer);
    const scale = this.#scale;
    const most = mostWeight(scale ? MOST_STEPS : 255);
    for (let n = 0; n < weights.length; n++)
      if (weights[n] > most) throw new RangeError(`too many tiles overlap: weight ${weights[n]}, at most ${most}`);
    return this.#sums.map((sums) =>
      scale
        ? meanLogInPlace(new Uint32Array(sums.buffer), weights, scale)
        : divideInPlace(new Uint32Array(sums.buffer), weights),
    );
  }
}

function addTo(sums: Int32Array, at: number, values: Int32Array, length: number): void {
  for (let n = 0; n < length; n++) sums[at + n] = (sums[at + n] + values[n]) | 0;
}

function addProducts(
  sums: Int32Array,
  at: number,
  importance: Int32Array,
  prediction: Uint8Array | Uint16Array,
  predictionAt: number,
  length: number,
): void {
  for (let n = 0; n < length; n++) {
    const p = prediction[predictionAt + n];
    if (p !== 0) sums[at + n] = (sums[at + n] + Math.imul(importance[n], p)) | 0; // most of a brain is 0
  }
}

/** Each 32-bit sum makes way for the 32-bit float of its own quotient. */
function divideInPlace(sums: Uint32Array, weights: Uint32Array): Float32Array {
  const out = new Float32Array(sums.buffer);
  for (let n = 0; n < sums.length; n++) out[n] = weights[n] === 0 ? 0 : sums[n] / (255 * weights[n]);
  return out;
}

function meanLogInPlace(sums: Uint32Array, weights: Uint32Array, { probabilityOf }: LogScale): Float32Array {
  const out = new Float32Array(sums.buffer);
  for (let n = 0; n < sums.length; n++) out[n] = sums[n] === 0 ? 0 : probabilityOf(sums[n] / weights[n]);
  return out;
}
