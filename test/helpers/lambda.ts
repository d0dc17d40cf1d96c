import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A handler in a process of its own. */
export interface Lambda {
  importMs: number;
  invoke(event: unknown): Promise<unknown>;
  /** All that it wrote so far. */
  written(): string;
  stop(): Promise<void>;
}

const PROCESS = fileURLToPath(new URL('./lambda-process.mjs', import.meta.url));

/**
 * Starts the index.mjs of a folder, with an environment of its own and no flags of this process.
 * @throws Error with all that it wrote, where it cannot be imported
 */
export async function startLambda(folder: string, env: Record<string, string>): Promise<Lambda> {
  const child = fork(PROCESS, { cwd: folder, env, execArgv: [], silent: true, serialization: 'advanced' });
  let written = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (written += chunk));

  /** What it says next, or its end. */
  const word = async () => {
    const ended = once(child, 'exit').then(([code, signal]) => ({ error: `ended (${code ?? signal})\n${written}` }));
    const [said] = await Promise.race([once(child, 'message'), ended.then((end) => [end])]);
    if (said.error) throw new Error(said.error);
    return said;
  };
  const { ready, importMs } = await word();
  if (ready !== 'function') throw new Error(`handler is of type ${ready}`);
  return {
    importMs,
    async invoke(event) {
      child.send(event as object);
      return (await word()).answer;
    },
    written: () => written,
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
