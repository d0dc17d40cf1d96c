import { readdirSync, readFileSync } from 'node:fs';
import type { StageName } from '../../functions/contract/stages.ts';

/** Kills the processes in which the emulator runs these stages of a stack, if any. @returns how many */
export function killFunctions(stack: string, stages: readonly StageName[]): number {
  let killed = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const command = commandOf(pid);
    if (!stages.some((stage) => command.includes(`ministack-lambda-${stack}-Stage${stage}`))) continue;
    process.kill(Number(pid), 'SIGKILL');
    killed++;
  }
  return killed;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It ended between the two looks.
  }
}
