import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createNodeCodec } from '../adapters/node-codec.ts';
import { NeurotileError } from '../core/errors.ts';
import { cellsOf, INSPECTION_COLUMNS } from '../report/build-inspection.ts';
import { type InspectDeps, inspect } from './inspect.ts';
import { writePhantom } from './phantom.ts';
import { printTable } from './print-table.ts';

/** This machine's files, for commands that look at folders or make them. */
export const folderDeps: InspectDeps = {
  codec: createNodeCodec(),
  listFiles: (folder) =>
    readdir(folder).catch((cause) => {
      throw new NeurotileError('STUDY_EMPTY', { file: folder, found: 'no folder that can be read' }, cause);
    }),
  readFile: (folder, name) => readFile(join(folder, name)),
  async writeFile(folder, name, bytes) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), bytes);
  },
};

/** `neurotile inspect`: a table here, pictures and a page in the out folder. */
export async function inspectCommand(folder: string, out: string | undefined): Promise<number> {
  const outFolder = out ?? `${basename(resolve(folder))}-inspect`;
  const { rows, notes, written } = await inspect(folder, outFolder, folderDeps);
  printTable([
    [...INSPECTION_COLUMNS],
    ...rows.map((row) => ('code' in row ? [row.role, row.file, `${row.code}: ${row.message}`] : cellsOf(row))),
  ]);
  for (const note of notes) console.log(note);
  for (const name of written) console.log(join(outFolder, name));
  return rows.length > 0 && rows.every((row) => 'code' in row) ? 2 : 0;
}

/** `neurotile phantom`: a study that needs no data. */
export async function phantomCommand(out: string, seed: number): Promise<number> {
  await writePhantom(out, { seed }, folderDeps);
  console.log(`phantom study: ${out}`);
  return 0;
}
