import { modelKey, networkKey } from '../contract/keys.ts';
import { NeurotileError } from '../core/errors.ts';
import { infer } from '../inference/infer.ts';
import { type LoadedModel, openModel } from '../inference/load-model.ts';
import type { ObjectStore, Predictor } from '../pipeline/ports.ts';
import { createAnsweringPredictor } from './answering-predictor.ts';
import { createRecent } from './recent.ts';

/** The current model, and the one before it while its last runs drain. */
const MOST_MODELS = 2;

/**
 * The model on ONNX Runtime in this very process: no server, no endpoint. Network and metadata lie in the studies
 * bucket, are loaded when a run asks for them, and stay loaded.
 * @returns a predictor that throws NeurotileError MODEL where a model is not there, or is not the one that its digest says
 */
export function createOnnxPredictor({
  studies,
  work,
  threads,
}: {
  studies: ObjectStore;
  work: ObjectStore;
  threads: number;
}): Predictor {
  const recent = createRecent(MOST_MODELS);
  const modelOf = (digest: string) => recent(digest, () => load(digest, studies, threads));
  return createAnsweringPredictor({
    work,
    async ask({ modelDigest }, tensor) {
      return { prediction: await infer(await modelOf(modelDigest), tensor) };
    },
  });
}

async function load(digest: string, studies: ObjectStore, threads: number): Promise<LoadedModel> {
  const [metadata, network] = await Promise.all([
    got(studies, modelKey(digest)), //
    got(studies, networkKey(digest)),
  ]);
  const model = await openModel(new TextDecoder().decode(metadata), network, { threads });
  // Its metadata and its network agree by now; but they may both be another model's, under this one's name.
  if (model.spec.digest !== digest) throw new NeurotileError('MODEL', { found: model.spec.digest, expected: digest });
  return model;
}

async function got(studies: ObjectStore, key: string): Promise<Uint8Array> {
  const object = await studies.get(key);
  if (!object) throw new NeurotileError('MODEL', { found: `nothing at ${key}`, expected: 'a model put there' });
  return object.bytes;
}
