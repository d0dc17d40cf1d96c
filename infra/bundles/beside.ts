import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { escapeForScript, VIEWER_BUILD } from '../../functions/adapters/viewer-script.ts';
import { bundleCode } from './bundle-code.ts';
import { type Files, filesFrom } from './files.ts';

const require = createRequire(import.meta.url);

/** Elastix's thread, and its WebAssembly where the package looks for it: `pipelines` beside the code. */
export function elastixFiles(): Files {
  const pipelines = join(packageFolder('@itk-wasm/elastix'), 'dist/pipelines');
  return new Map([
    ['elastix-worker.mjs', bundleCode('functions/adapters/elastix/elastix-worker.ts')],
    ...filesFrom(pipelines, ['elastix.js', 'elastix.wasm.zst'], 'pipelines'),
    // The file is an ES module by another name. It must not be said of the whole folder: emulators add CommonJS there.
    ['pipelines/package.json', text('{"type":"module"}\n')],
  ]);
}

/** ONNX Runtime as packages: the CPU's native files for Lambda's platform, and no other's. */
export function onnxRuntimeFiles(): Files {
  const [runtime, common] = [packageFolder('onnxruntime-node'), packageFolder('onnxruntime-common')];
  const native = 'bin/napi-v6/linux/x64';
  const names = ['package.json', ...scriptsIn(runtime, 'dist'), ...namesIn(runtime, native)];
  return new Map([
    ...filesFrom(runtime, names, 'node_modules/onnxruntime-node'),
    ...filesFrom(common, ['package.json', ...scriptsIn(common, 'dist/cjs')], 'node_modules/onnxruntime-common'),
  ]);
}

/** What a report embeds, built here because there is no esbuild in a Lambda. */
export function viewerFiles(): Files {
  const [{ text: script }] = buildSync(VIEWER_BUILD).outputFiles;
  return new Map([['viewer.js', text(escapeForScript(script))]]);
}

const text = (content: string) => new TextEncoder().encode(content);

function packageFolder(name: string): string {
  const entry = require.resolve(name);
  const inside = join('node_modules', name);
  return entry.slice(0, entry.lastIndexOf(inside) + inside.length);
}

function namesIn(folder: string, inside: string): string[] {
  const entries = readdirSync(join(folder, inside), { withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ name }) => `${inside}/${name}`).sort();
}

/** Scripts, and the package.json that says of what kind they are. */
function scriptsIn(folder: string, inside: string): string[] {
  return namesIn(folder, inside).filter((name) => /\.js$|package\.json$/.test(name));
}
