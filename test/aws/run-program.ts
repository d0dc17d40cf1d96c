import { spawn } from 'node:child_process';

export interface ProgramOutcome {
  status: number;
  /** Standard output and error together, as they came. */
  output: string;
}

/** Runs a Node program to its end in this repository. */
export function runNode(args: readonly string[], options: { cwd: string }): Promise<ProgramOutcome> {
  return runProgram(process.execPath, args, options);
}

export function runProgram(
  program: string,
  args: readonly string[],
  { cwd }: { cwd: string },
): Promise<ProgramOutcome> {
  return new Promise((resolve, reject) => {
    // What the test runner was started with is not for others.
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const add = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? 1, output }));
  });
}

/** The same, for programs that have to succeed. */
export async function mustRunNode(args: readonly string[], options: { cwd: string }): Promise<string> {
  const { status, output } = await runNode(args, options);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${output.slice(-5000)}`);
  return output;
}
