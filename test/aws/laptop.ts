import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, makeSmallStudy } from '../helpers/small-study.ts';
import { ROOT } from './clients.ts';
import { mustRunNode, type ProgramOutcome, runNode } from './run-program.ts';

const CLI = join(ROOT, 'functions/cli/neurotile.mjs');

/** `neurotile …`, which has to succeed. @returns what it said */
export const neurotile = (...args: string[]) => mustRunNode([CLI, ...args], { cwd: ROOT });

/** `neurotile …`, whatever comes of it. */
export const neurotileOutcome = (...args: string[]): Promise<ProgramOutcome> => runNode([CLI, ...args], { cwd: ROOT });

/** What both roads have to agree on, byte for byte. */
export const EQUAL_ARTEFACTS = ['mask.nii.gz', 'metrics.json', 'transforms.json'];

/** A study of 24×24×22 voxels, aligned: eight tiles of the tiny model. @returns its folder */
export async function writeSmallStudy(parent: string, name: string, seed: number): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder, { recursive: true });
  for (const [file, bytes] of filesOf(makeSmallStudy(seed))) await writeFile(join(folder, file), bytes);
  return folder;
}
