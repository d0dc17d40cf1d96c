import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ModelSpec } from '../functions/contract/model.ts';
import { modelArchive } from '../tools/model-archive.ts';
import { inRoot } from './root.ts';

export interface ModelBundle {
  readonly folder: string;
  readonly spec: ModelSpec;
}

/** A shipped model by name, or any bundle by its folder. */
export function readBundle(nameOrFolder: string): ModelBundle {
  const shipped = inRoot(join('model-container/models', basename(nameOrFolder)));
  const folder = nameOrFolder === basename(nameOrFolder) && existsSync(shipped) ? shipped : resolve(nameOrFolder);
  const file = join(folder, 'configs/metadata.json');
  if (!existsSync(file))
    throw new Error(`context models has "${nameOrFolder}"; expected a shipped model's name or the folder of a bundle`);
  const { neurotile } = JSON.parse(readFileSync(file, 'utf8')) as { neurotile: ModelSpec };
  return { folder, spec: neurotile };
}

/** What the deployment uploads: equal bundles are equal files. */
export function archiveFile({ folder, spec }: ModelBundle): string {
  const archives = inRoot('build/models');
  mkdirSync(archives, { recursive: true });
  const file = join(archives, `${spec.digest}.tar.gz`);
  writeFileSync(file, modelArchive(folder));
  return file;
}

/** What a realtime endpoint takes at most, bytes. */
export const REALTIME_BODY_BYTES = 6_291_456;
/** Before the values of a tensor of ours: magic, version, length and the padded dictionary (.npy format 1.0). */
const NPY_HEADER_BYTES = 128;

/** Bytes of a tile's tensor as it is sent: float16, C×D×H×W. */
export const tensorBytes = ({ sequences, tile: [d, h, w] }: ModelSpec) =>
  NPY_HEADER_BYTES + 2 * sequences.length * d * h * w;

/** @throws Error REALTIME_TILE where a model's tiles are larger than a realtime endpoint takes */
export function checkRealtime({ spec }: ModelBundle): void {
  const bytes = tensorBytes(spec);
  if (bytes <= REALTIME_BODY_BYTES) return;
  throw new Error(
    `REALTIME_TILE: a tile of ${spec.name}, ${spec.sequences.length}×${spec.tile.join('×')} in float16, is ${bytes} bytes; ` +
      `a realtime endpoint takes at most ${REALTIME_BODY_BYTES}. Choose predictor async or lambda, or a model with smaller tiles.`,
  );
}
