import { join } from 'node:path';
import type { PredictorKind } from '../functions/contract/environment.ts';
import { elastixFiles, onnxRuntimeFiles, viewerFiles } from './bundles/beside.ts';
import { bundleCode } from './bundles/bundle-code.ts';
import { type Files, writeFolder } from './bundles/files.ts';
import type { DeployedName } from './handler-names.ts';
import { ROOT } from './root.ts';

/** A handler by its file in functions/handlers: `infer` has two, one of which brings ONNX Runtime. */
export type BundleName = Exclude<DeployedName, 'infer'> | 'infer-lambda' | 'infer-endpoint';
export const BUNDLE_NAMES: readonly BundleName[] = [
  ...(['ingest', 'register', 'tile', 'infer-lambda', 'infer-endpoint'] as const),
  ...(['gather', 'reduce', 'announce', 'watch', 'training'] as const),
];

/** Files that some handlers find beside their code. */
const BESIDE: Partial<Record<BundleName, () => Files>> = {
  register: elastixFiles,
  'infer-lambda': onnxRuntimeFiles,
  reduce: viewerFiles,
};

export const BUNDLES_FOLDER = join(ROOT, 'build/lambda');

/**
 * Builds what is deployed of a handler, with esbuild and without the network: a folder with index.mjs (`index.handler`)
 * and all that it needs, for Linux on x86-64. The same sources give the same bytes.
 * @returns the folder's path
 */
export function bundleFolder(name: DeployedName, predictor: PredictorKind): string {
  const bundle = bundleOf(name, predictor);
  const folder = join(BUNDLES_FOLDER, bundle);
  writeFolder(folder, bundleFiles(bundle));
  return folder;
}

/** What lies in a bundle's folder. */
export function bundleFiles(name: BundleName): Files {
  const code = bundleCode(`functions/handlers/${name}.ts`);
  return new Map([['index.mjs', code], ...(BESIDE[name]?.() ?? [])]);
}

function bundleOf(name: DeployedName, predictor: PredictorKind): BundleName {
  if (name !== 'infer') return name;
  return predictor === 'lambda' ? 'infer-lambda' : 'infer-endpoint';
}
