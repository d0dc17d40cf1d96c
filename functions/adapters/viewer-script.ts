import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCE = join(ROOT, 'functions/report/viewer');

/** Which NiiVue the script holds, its copyright and its terms, as BSD-2-Clause asks of what is passed on. */
const NOTICE = `/*! Holds NiiVue (https://niivue.com).
BSD 2-Clause License. Copyright (c) 2021, niivue authors. All rights reserved.
Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met: 1. Redistributions of source code must retain the above copyright notice, this list of
conditions and the following disclaimer. 2. Redistributions in binary form must reproduce the above copyright notice,
this list of conditions and the following disclaimer in the documentation and/or other materials provided with the
distribution. THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED
WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR
PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT,
INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE
GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF
LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF
THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
Also gl-matrix, nifti-reader-js, fflate, array-equal, @lukeed/uuid (MIT) and @ungap/structured-clone (ISC). */`;

/** How esbuild makes the script; what it makes has yet to go through `escapeForScript`. */
export const VIEWER_BUILD = {
  entryPoints: [join(SOURCE, 'main.ts')],
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  legalComments: 'none',
  charset: 'ascii',
  banner: { js: NOTICE },
  // NiiVue can stream Zarr from servers: 1.4 MB of decoders and the only WebAssembly, which no report can need.
  alias: { zarrita: './functions/report/viewer/nothing.cjs' },
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * The script that a report embeds: NiiVue and the report's own viewer, bundled for browsers, safe inside `<script>`.
 * Built once; the file under `cacheFolder` is named by all that goes into it.
 */
export async function viewerScript(cacheFolder: string = join(ROOT, 'build/viewer')): Promise<string> {
  const file = join(cacheFolder, `viewer-${await digestOfInputs()}.js`);
  const cached = await readFile(file, 'utf8').catch(() => undefined);
  if (cached !== undefined) return cached;
  const script = escapeForScript(await bundle());
  await mkdir(cacheFolder, { recursive: true });
  // Renamed into place: who reads meanwhile finds all of it or nothing.
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, script);
  await rename(partial, file);
  return script;
}

/** Nothing in it can end the script element, or change when the HTML parser rewrites line ends. */
export function escapeForScript(script: string): string {
  return script
    .replace(/<\/(script)/gi, '<\\/$1')
    .replace(/<!--/g, '<\\!--')
    .replace(/\r/g, '');
}

async function bundle(): Promise<string> {
  const { build } = await import('esbuild');
  return (await build(VIEWER_BUILD)).outputFiles[0].text;
}

async function digestOfInputs(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['@niivue/niivue', 'esbuild']) hash.update(`${name} ${await versionOf(name)}\n`);
  const own = [fileURLToPath(import.meta.url), ...(await sourcesIn(SOURCE))];
  for (const file of own) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

async function sourcesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  return names.sort().map((name) => join(folder, name));
}

/** A package's version, read from the folder that Node finds its entry in. */
async function versionOf(name: string): Promise<string> {
  const require = createRequire(import.meta.url);
  for (const base of require.resolve.paths(name) ?? []) {
    const text = await readFile(join(base, name, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return String(JSON.parse(text).version);
  }
  return `unknown, near ${dirname(SOURCE)}`;
}
