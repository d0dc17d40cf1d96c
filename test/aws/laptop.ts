import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Result } from '../../functions/contract/documents.ts';
import { filesOf, makeSmallStudy } from '../helpers/small-study.ts';
import { ROOT } from './clients.ts';
import type { Deployed } from './deploy.ts';
import { bytesOf } from './objects.ts';
import { mustRunNode, type ProgramOutcome, runNode } from './run-program.ts';

const CLI = join(ROOT, 'functions/cli/neurotile.mjs');

/** `neurotile …`, which has to succeed. @returns what it said */
export const neurotile = (...args: string[]) => mustRunNode([CLI, ...args], { cwd: ROOT });

/** `neurotile …`, whatever comes of it. */
export const neurotileOutcome = (...args: string[]): Promise<ProgramOutcome> => runNode([CLI, ...args], { cwd: ROOT });

/** What both roads have to agree on, byte for byte. */
export const EQUAL_ARTEFACTS = ['mask.nii.gz', 'metrics.json', 'transforms.json'];

/** The stack's artefacts are those that the laptop's run left in a folder. */
export async function expectLaptops(deployed: Deployed, { study, artefacts }: Result, folder: string): Promise<void> {
  for (const name of EQUAL_ARTEFACTS) {
    const there = Buffer.from(await bytesOf(deployed.studies, artefacts[name].key));
    expect([study, name, there.equals(readFileSync(join(folder, name)))]).toEqual([study, name, true]);
  }
}

/** A study of 24×24×22 voxels, aligned: eight tiles of the tiny model. @returns its folder */
export async function writeSmallStudy(parent: string, name: string, seed: number): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder, { recursive: true });
  for (const [file, bytes] of filesOf(makeSmallStudy(seed))) await writeFile(join(folder, file), bytes);
  return folder;
}
