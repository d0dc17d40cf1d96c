import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NeurotileError } from '../core/errors.ts';

/** The model container's own server, as a child process on this machine. */
export interface ModelServer {
  /** http://127.0.0.1:<port> */
  readonly url: string;
  readonly pid: number;
  /**
   * Fulfilled once every model is loaded and /ping says so.
   * @throws NeurotileError MODEL where the models cannot be loaded
   */
  readonly ready: Promise<void>;
  /** Lets it end what it has begun; returns when the process is gone. May be called again. */
  stop(): Promise<void>;
  /** Resident memory of that process, MiB; 0 once it is gone. */
  rssMb(): number;
}

export interface ModelServerOptions {
  /** A bundle, or a folder of bundles. */
  readonly modelsFolder: string;
  readonly threads: number;
  /** More of the server's environment variables; see model-container/server/environment.ts. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Lines of the server's log: JSON, without content. */
  readonly onLine?: (line: string) => void;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = ['model-container/server/main.mjs', 'serve'];
const PING_EVERY_MS = 50;
const STOP_WITHIN_MS = 10_000;

/**
 * Starts the server on a free port of the loopback. Returns as soon as it listens, so that other work can go on while
 * the models are loaded: await `ready` before its first use. The child leaves when this process does, however it ends.
 * @throws NeurotileError MODEL where it ends before it listens
 */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const child = spawnServer(options);
  const lastWords: string[] = [];
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  forEachLine(child.stderr!, (line) => {
    lastWords.push(line);
    options.onLine?.(line);
  });
  const failed = exited.then((): never => {
    const found = messageIn(lastWords.at(-1)) ?? `exit status ${child.exitCode ?? child.signalCode}`;
    throw new NeurotileError('MODEL', { found, expected: 'a model server that runs' });
  });
  const url = `http://127.0.0.1:${await Promise.race([portOf(child, options.onLine), failed])}`;
  const ready = Promise.race([untilPinged(url, child), failed]);
  // Whoever awaits `ready` hears of a failure; who stops the server before must not be hurt by it.
  ready.catch(() => {});
  return { url, pid: child.pid!, ready, stop: () => stop(child, exited), rssMb: () => rssMbOf(child) };
}

function spawnServer({ modelsFolder, threads, environment }: ModelServerOptions): ChildProcess {
  return spawn(process.execPath, MAIN, {
    cwd: ROOT,
    env: {
      ...process.env,
      MODELS_FOLDER: resolve(modelsFolder),
      THREADS: String(threads),
      HOST: '127.0.0.1',
      PORT: '0',
      // Its standard input is our pipe: it closes when this process ends, and the server leaves.
      EXIT_WITH_PARENT: '1',
      // What this process was started with is not for the child: test runners and debuggers put things here.
      NODE_OPTIONS: '',
      ...environment,
    },
    stdio: 'pipe',
  });
}

/** The port, from the line `{"event":"listening","port":…}` on standard output. */
function portOf(child: ChildProcess, onLine?: (line: string) => void): Promise<number> {
  return new Promise((found) => {
    forEachLine(child.stdout!, (line) => {
      onLine?.(line);
      const port = /"event":"listening","port":(\d+)/.exec(line)?.[1];
      if (port) found(Number(port));
    });
  });
}

function forEachLine(stream: NodeJS.ReadableStream, see: (line: string) => void): void {
  createInterface({ input: stream }).on('line', see);
}

/** What the server's last line says: `{"event":"failed","message":…}`, or of another line its beginning. */
function messageIn(line: string | undefined): string | undefined {
  try {
    return (JSON.parse(line ?? '') as { message?: string }).message;
  } catch {
    return line?.slice(0, 500);
  }
}

async function untilPinged(url: string, child: ChildProcess): Promise<void> {
  while (isAlive(child)) {
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await new Promise((next) => setTimeout(next, PING_EVERY_MS));
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (!isAlive(child)) return;
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(hard);
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function rssMbOf(child: ChildProcess): number {
  if (!isAlive(child)) return 0;
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s*(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) / 1024;
}
