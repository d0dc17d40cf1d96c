/**
 * Runs TypeScript sources without a build step that anybody has to think of: an entry is bundled by esbuild when it is
 * first run, and again when a source it is made of has changed. A bundle starts in a fifth of the time that loading
 * file by file takes, in every process and worker thread. Where nothing can be written, tsx loads the sources as they are.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, 'build/bundles');

/** Imports an entry: the URL of a .ts file. */
export async function load(entryUrl) {
  const entry = fileURLToPath(entryUrl);
  const name = `${relative(ROOT, entry).replace(/[^\w-]+/g, '-')}-node${process.versions.modules}`;
  const bundle = (await freshBundle(name)) ?? (await makeBundle(entry, name).catch(() => undefined));
  if (bundle) return import(pathToFileURL(bundle).href);
  const { register } = await import('tsx/esm/api');
  register();
  return import(entryUrl);
}

/** The bundle made last, if its sources are still what they were. */
async function freshBundle(name) {
  const made = await readFile(join(FOLDER, `${name}.json`), 'utf8').catch(() => undefined);
  if (!made) return undefined;
  const { file, sources } = JSON.parse(made);
  return (await stampOf(Object.keys(sources))) === JSON.stringify(sources) ? join(FOLDER, file) : undefined;
}

async function stampOf(paths) {
  const stamp = async (path) => {
    const { mtimeMs, size } = await stat(join(ROOT, path));
    return [path, `${mtimeMs} ${size}`];
  };
  return JSON.stringify(Object.fromEntries(await Promise.all(paths.map(stamp)).catch(() => [])));
}

async function makeBundle(entry, name) {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
    plugins: [keepUrls],
  });
  const text = outputFiles[0].text;
  const file = `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.mjs`;
  await mkdir(FOLDER, { recursive: true });
  await writeWhole(join(FOLDER, file), text);
  await writeWhole(
    join(FOLDER, `${name}.json`),
    JSON.stringify({ file, sources: JSON.parse(await stampOf(Object.keys(metafile.inputs))) }),
  );
  return join(FOLDER, file);
}

/** Files find their neighbours by import.meta.url, so each keeps the one of its source. */
const keepUrls = {
  name: 'keep-urls',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' };
    });
  },
};

/** Others may read meanwhile: they find all of it or nothing. */
async function writeWhole(path, text) {
  const aside = `${path}.${randomUUID()}`;
  await writeFile(aside, text);
  await rename(aside, path);
}
