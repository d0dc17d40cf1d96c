import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a program ended. */
export interface Ending {
  /** Exit status; undefined where a signal ended it. */
  readonly status: number | undefined;
  /** It was stopped before its end: by Ctrl-C, or by a signal to this process or to the program. */
  readonly isStopped: boolean;
  /** The last lines that it wrote to its standard error, at most twenty. */
  readonly lastWords: readonly string[];
}

export interface RunProgramOptions {
  /** Lines of its standard output, as they come. */
  readonly onLine?: (line: string) => void;
  readonly environment?: Readonly<Record<string, string>>;
}

const STOPPING = ['SIGINT', 'SIGTERM'] as const;
const LAST_WORDS = 20;
/** What programs end with that Ctrl-C made to put their work down. */
export const STOPPED = 130;

/**
 * Runs a program to its end. A signal that asks this process to stop goes on to the program, and this process waits
 * until it has put its work down.
 * @throws the error of `spawn` where there is no such program
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { onLine, environment }: RunProgramOptions = {},
): Promise<Ending> {
  const child = spawn(program, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lastWords: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => onLine?.(line));
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastWords.push(line);
    if (lastWords.length > LAST_WORDS) lastWords.shift();
  });
  let isStopped = false;
  const passOn = () => {
    isStopped = true;
    child.kill('SIGTERM');
  };
  for (const signal of STOPPING) process.on(signal, passOn);
  try {
    return await new Promise<Ending>((ended, failed) => {
      child.once('error', failed);
      child.once('close', (status, signal) =>
        ended({
          status: status ?? undefined,
          isStopped: status !== 0 && (isStopped || signal !== null || status === STOPPED),
          lastWords,
        }),
      );
    });
  } finally {
    for (const signal of STOPPING) process.off(signal, passOn);
  }
}
