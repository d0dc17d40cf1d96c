import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { ROOT } from '../root.ts';

/** CommonJS packages ask for `require`, which an ES module has not. The names are ones that no package uses. */
const REQUIRE = `import { createRequire as bundleCreateRequire } from 'node:module';
const require = bundleCreateRequire(import.meta.url);`;

const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'esm',
  // Deployed on Node 24; emulators take the Node that is there.
  target: 'node20',
  // ES modules of the AWS SDK, of which what is not used can be left out.
  mainFields: ['module', 'main'],
  banner: { js: REQUIRE },
  // Names stay readable in stack traces, which hold no source map.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // Brings native files, and has to lie among them.
  external: ['onnxruntime-node'],
  write: false,
  logLevel: 'error',
} as const satisfies BuildOptions;

/** An entry among our sources and all that it imports, as one ES module. */
export function bundleCode(entry: string): Uint8Array {
  return buildSync({ ...OPTIONS, entryPoints: [join(ROOT, entry)] }).outputFiles[0].contents;
}
