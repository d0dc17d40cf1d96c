import { createAccount } from '../../adapters/aws/operator/account.ts';
import { stackNameOf } from '../../adapters/aws/operator/find-stack.ts';
import type { Given } from '../command.ts';
import { printTable } from '../print-table.ts';
import { examine } from './doctor.ts';

const MARKS = { ok: '✓', missing: '✗', unknown: '?' } as const;

/** `neurotile doctor`: a line each. @returns 2 where something is missing that nothing works without */
export async function doctorCommand(given: Given): Promise<number> {
  const name = stackNameOf(given.text('stack'));
  const findings = await examine(createAccount(name), name);
  printTable(findings.map(({ what, state, text }) => [MARKS[state], what, text]));
  return findings.some(({ isNeeded, state }) => isNeeded && state !== 'ok') ? 2 : 0;
}
