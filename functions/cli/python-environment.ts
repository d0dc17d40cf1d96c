import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NeurotileError } from '../core/errors.ts';
import { checkPython, findPython } from './find-python.ts';
import { type Ending, runProgram } from './run-program.ts';

/** Where the project's Python programs lie. */
export const TRAINING_FOLDER = fileURLToPath(new URL('../../model-container/training', import.meta.url));

/** Modules without which nothing of it runs; what an interpreter of the user's own is asked for. */
const MODULES = ['torch', 'monai', 'nibabel', 'numpy', 'onnx', 'onnxruntime'];

export interface PythonEnvironmentOptions {
  /** An interpreter that has what is needed: used as it is. Default NEUROTILE_PYTHON; without either, one is made. */
  readonly python?: string;
  /** Names and versions of all packages, as pip reads them. Default: those of training. */
  readonly lockFile?: string;
  /** Modules that an interpreter of the user's own has to have. Default: those of training. */
  readonly modules?: readonly string[];
  /** Where environments are kept. Default NEUROTILE_CACHE, else the user's cache folder. */
  readonly cacheFolder?: string;
  /** One line of what goes on. Default: to standard error. */
  readonly say?: (line: string) => void;
}

/**
 * A Python with the packages of a lock file. Made once a lock file, in the user's cache folder; aside first and then
 * renamed, so that one whose making was interrupted is never taken for a whole one.
 * @returns the interpreter's path
 * @throws NeurotileError PYTHON where none can be used, PYTHON_SETUP where packages do not come
 */
export async function pythonEnvironment(options: PythonEnvironmentOptions = {}): Promise<{ python: string }> {
  const { python = process.env.NEUROTILE_PYTHON, modules = MODULES, say = (line) => console.error(line) } = options;
  if (python) {
    await checkPython(python, modules);
    return { python };
  }
  const lockFile = options.lockFile ?? join(TRAINING_FOLDER, 'requirements.txt');
  const cache = options.cacheFolder ?? cacheFolder();
  const folder = join(cache, await environmentName(lockFile));
  if (!(await exists(pythonIn(folder)))) await makeEnvironment(folder, lockFile, say);
  return { python: pythonIn(folder) };
}

async function environmentName(lockFile: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(lockFile))
    .digest('hex');
  return `python-${digest.slice(0, 12)}`;
}

async function makeEnvironment(folder: string, lockFile: string, say: (line: string) => void): Promise<void> {
  const base = await findPython();
  const aside = `${folder}.${process.pid}`;
  await forgetInterrupted(folder);
  await mkdir(dirname(folder), { recursive: true });
  say(`making a Python environment in ${folder}: once, some minutes, 1 to 2 GB`);
  try {
    await step('venv', base, ['-m', 'venv', aside]);
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'off', '-r', lockFile];
    await step('pip', pythonIn(aside), install, (line) => {
      const [, name] = /^Collecting (\S+)/.exec(line) ?? [];
      if (name) say(`  ${name}`);
      else if (line.startsWith('Installing')) say('  installing');
    });
    await rename(aside, folder).catch(async (cause) => {
      if (!(await exists(pythonIn(folder)))) throw cause; // Another process was first: its environment is as good.
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  say('the Python environment is ready');
}

async function step(what: string, program: string, args: string[], onLine?: (line: string) => void): Promise<void> {
  const ending = await runProgram(program, args, { onLine });
  if (ending.status === 0) return;
  throw new NeurotileError('PYTHON_SETUP', { found: `${what}: ${describe(ending)}` });
}

/** pip's first error says more than its last. */
function describe({ isStopped, lastWords, status }: Ending): string {
  if (isStopped) return 'it was stopped';
  return lastWords.find((line) => line.startsWith('ERROR:')) ?? lastWords.at(-1) ?? `exit status ${status}`;
}

/** Removes what processes that are gone left aside. */
async function forgetInterrupted(folder: string): Promise<void> {
  const parent = dirname(folder);
  const start = `${basename(folder)}.`;
  for (const name of await readdir(parent).catch(() => []))
    if (name.startsWith(start) && !isRunning(Number(name.slice(start.length))))
      await rm(join(parent, name), { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

function pythonIn(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** NEUROTILE_CACHE, else where this system keeps what can be made again. */
function cacheFolder(): string {
  const { NEUROTILE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (NEUROTILE_CACHE) return NEUROTILE_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'neurotile');
  return join(XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), '.cache'), 'neurotile');
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
