import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CURRENT_MODEL_KEY, modelKey, networkKey } from '../contract/keys.ts';
import type { ModelSpec } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { toJson } from '../pipeline/json.ts';
import type { Codec, ObjectStore } from '../pipeline/ports.ts';

/** The models that come with the project. */
export const SHIPPED_MODELS = fileURLToPath(new URL('../../model-container/models', import.meta.url));

/** The one that did better on studies that neither had seen: its card says by how much. */
export const DEFAULT_MODEL = 'unet2d';

export interface ModelBundle {
  folder: string;
  metadata: { neurotile: ModelSpec };
}

/** Names of the shipped models. */
export async function listModels(): Promise<string[]> {
  const entries = await readdir(SHIPPED_MODELS, { withFileTypes: true });
  return entries
    .filter((e) => e.isDirectory())
    .map((e) => e.name)
    .sort();
}

/**
 * A shipped model by name, or any bundle by its folder.
 * @throws NeurotileError MODEL
 */
export async function findModel(nameOrFolder: string): Promise<ModelBundle> {
  const shipped = await listModels();
  const folder = shipped.includes(nameOrFolder) ? join(SHIPPED_MODELS, nameOrFolder) : resolve(nameOrFolder);
  const text = await readFile(join(folder, 'configs', 'metadata.json'), 'utf8').catch((cause) => {
    const expected = `${shipped.join(', ')} or the folder of a model bundle`;
    throw new NeurotileError('MODEL', { found: `"${basename(nameOrFolder)}"`, expected }, cause);
  });
  return { folder, metadata: JSON.parse(text) as ModelBundle['metadata'] };
}

/** Makes a model the current one: what `ingest` pins from now on. */
export async function useModel(model: ModelBundle, studies: ObjectStore): Promise<void> {
  await putModel(model, studies);
  await studies.put(CURRENT_MODEL_KEY, toJson({ digest: model.metadata.neurotile.digest }));
}

/** Puts a model's metadata where `ingest` finds it; nothing where it lies there already. */
export async function putModel({ metadata }: ModelBundle, studies: ObjectStore): Promise<void> {
  await studies.put(modelKey(metadata.neurotile.digest), toJson(metadata), { ifAbsent: true });
}

/**
 * Puts a model's network where predictors that load it themselves look for it; nothing where it lies there already.
 * @throws NeurotileError MODEL where the network is not the one that the metadata describes
 */
export async function putNetwork(
  { folder, metadata }: ModelBundle,
  studies: ObjectStore,
  codec: Pick<Codec, 'sha256'>,
): Promise<void> {
  const { digest } = metadata.neurotile;
  const file = join('models', 'model.onnx');
  const bytes = await readFile(join(folder, file)).catch((cause) => {
    throw new NeurotileError('MODEL', { file: basename(folder), found: `no ${file}` }, cause);
  });
  const found = await codec.sha256(bytes);
  if (found !== digest) throw new NeurotileError('MODEL', { file, found: `sha256 ${found}`, expected: digest });
  if (!(await studies.head(networkKey(digest)))) await studies.put(networkKey(digest), bytes, { ifAbsent: true });
}
