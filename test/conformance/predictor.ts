import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { predictionKey, tensorKey } from '../../functions/contract/keys.ts';
import { NeurotileError } from '../../functions/core/errors.ts';
import { toFloat16 } from '../../functions/core/tensor/float16.ts';
import { readNpy, writeNpy } from '../../functions/core/tensor/npy.ts';
import type { ObjectStore, Predictor, PredictRequest } from '../../functions/pipeline/ports.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';

const TINY_MODEL = 'test/fixtures/tiny-model-3d';

export interface ModelHouse {
  /** A predictor on this store, of the tiny 3D model. */
  predictorOn(work: ObjectStore): Predictor | Promise<Predictor>;
  close?(): Promise<void>;
}

const RUN = '0123456789abcdef0123456789abcdef';
const TILE = 'd0-h0-w0';

const digest: string = JSON.parse(readFileSync(`${TINY_MODEL}/configs/metadata.json`, 'utf8')).neurotile.digest;
const request: PredictRequest = {
  modelDigest: digest,
  tile: TILE,
  tensorKey: tensorKey(RUN, TILE),
  predictionKey: predictionKey(RUN, TILE),
};

/** A tensor of the tiny model: T1, T1ce, T2 zero, FLAIR everywhere the same z-score. N×4×16×16×16. */
function tensorOf(flair: number, shape = [1, 4, 16, 16, 16]): Uint8Array {
  const length = shape.reduce((product, n) => product * n, 1);
  const sample = length / shape[0];
  const z = Float32Array.from({ length }, (_, n) => (n % sample >= (3 * sample) / 4 ? flair : 0));
  return writeNpy({ dtype: 'float16', shape, data: toFloat16(z) });
}

/**
 * What every predictor has to do, on the tiny 3D model; each adapter's test calls this.
 * @param options.answersLater the endpoint itself tells of what it cannot do, not the predictor
 */
export function describePredictor(
  name: string,
  open: () => Promise<ModelHouse>,
  { answersLater = false }: { answersLater?: boolean } = {},
): void {
  describe(`${name} as a predictor`, () => {
    let house: ModelHouse;
    let work: ObjectStore;
    let predictor: Predictor;
    beforeAll(async () => {
      house = await open();
    }, 60_000);
    afterAll(() => house.close?.());
    beforeEach(async () => {
      work = createMemoryStore();
      predictor = await house.predictorOn(work);
    });

    const answered = { state: answersLater ? 'accepted' : 'done' };
    /** The prediction, once it is there; undefined after a second without one. */
    async function prediction(key = request.predictionKey): Promise<Uint8Array | undefined> {
      for (let looks = 0; looks < 20; looks++) {
        const object = await work.get(key);
        if (object || !answersLater) return object?.bytes;
        await new Promise((later) => setTimeout(later, 50));
      }
      return undefined;
    }

    test('makes of a tensor a prediction at its key: uint8, as many samples, the model’s regions, the same space', async () => {
      await work.put(request.tensorKey, tensorOf(2));
      expect(await predictor.predict(request)).toEqual(answered);
      const { dtype, shape, data } = readNpy((await prediction())!);
      expect({ dtype, shape }).toEqual({ dtype: 'uint8', shape: [1, 3, 16, 16, 16] });
      // Whole tumour in the middle: logit 4 (2 - 1.5) = 2 by make-tiny-model.py's table, 255 · sigmoid(2) = 224.6.
      expect(data[4096 + 8 * 256 + 8 * 16 + 8]).toBe(225);
    });

    test('takes several samples in one tensor', async () => {
      await work.put(request.tensorKey, tensorOf(0, [3, 4, 16, 16, 16]));
      expect(await predictor.predict(request)).toEqual(answered);
      expect(readNpy((await prediction())!).shape).toEqual([3, 3, 16, 16, 16]);
    });

    test('writes the same bytes when it is asked again', async () => {
      await work.put(request.tensorKey, tensorOf(1.4));
      await predictor.predict(request);
      const first = await prediction();
      const elsewhere = { ...request, predictionKey: predictionKey(RUN, 'd0-h0-w16') };
      await predictor.predict(elsewhere);
      expect(Buffer.compare(first!, (await prediction(elsewhere.predictionKey))!)).toBe(0);
    });

    test('leaves the tensor as it is', async () => {
      await work.put(request.tensorKey, tensorOf(1));
      await predictor.predict(request);
      await prediction();
      expect(Buffer.compare((await work.get(request.tensorKey))!.bytes, tensorOf(1))).toBe(0);
    });

    test.each<[string, Uint8Array | undefined, Partial<PredictRequest>]>([
      ['for another model', tensorOf(1), { modelDigest: 'f'.repeat(64) }],
      ['on a tensor of another shape', tensorOf(1, [1, 4, 8, 8, 8]), {}],
      ['on a tensor with a sequence too few', tensorOf(1, [1, 3, 16, 16, 16]), {}],
      ['on something else than a tensor', new TextEncoder().encode('<html>'), {}],
      ['on no tensor at all', undefined, {}],
    ])('puts nothing at the key when it is asked %s, and says so', async (_, tensor, asked) => {
      if (tensor) await work.put(request.tensorKey, tensor);
      const outcome = predictor.predict({ ...request, ...asked });
      if (answersLater) expect(await outcome).toEqual(answered);
      else await expect(outcome).rejects.toBeInstanceOf(NeurotileError);
      expect(await prediction()).toBeUndefined();
    });
  });
}
