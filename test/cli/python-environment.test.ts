import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findPython } from '../../functions/cli/find-python.ts';
import { pythonEnvironment } from '../../functions/cli/python-environment.ts';
import { runProgram } from '../../functions/cli/run-program.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

const makeFolder = tempFolders();

/** A lock file that asks for nothing, so that no network is needed. */
async function lockFile(text = '# nothing\n'): Promise<string> {
  const file = join(await makeFolder(), 'requirements.txt');
  await writeFile(file, text);
  return file;
}

describe('the Python environment', () => {
  test('is made once for a lock file, past what an interrupted set-up left, and is there at once the second time', async () => {
    const cacheFolder = await makeFolder();
    const lock = await lockFile();
    const name = `python-${createHash('sha256').update(readFileSync(lock)).digest('hex').slice(0, 12)}`;
    // No process has the first number (Linux ends at 4,194,304); the second is under way, and is let be.
    for (const pid of [99999999, process.ppid])
      await mkdir(join(cacheFolder, `${name}.${pid}`, 'bin'), { recursive: true });
    const said: string[] = [];
    const options = { python: '', lockFile: lock, cacheFolder, say: (line: string) => said.push(line) };
    const { python } = await pythonEnvironment(options);
    expect((await readdir(cacheFolder)).sort()).toEqual([name, `${name}.${process.ppid}`]);
    const lines: string[] = [];
    await runProgram(python, ['-c', 'import sys; print(sys.prefix)'], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual([join(cacheFolder, name)]);
    expect(said[0]).toContain('making a Python environment');
    const before = said.length;
    expect(await pythonEnvironment(options)).toEqual({ python });
    expect(said).toHaveLength(before);
  });

  test('is none where packages do not come, and nothing is left that looks like one', async () => {
    const cacheFolder = await makeFolder();
    const lock = await lockFile('./no-such-package.whl\n');
    const made = pythonEnvironment({ python: '', lockFile: lock, cacheFolder, say: () => undefined });
    await expect(made).rejects.toMatchObject({ code: 'PYTHON_SETUP', message: expect.stringContaining('pip: ERROR') });
    expect(await readdir(cacheFolder)).toEqual([]);
  });

  test('of the user’s own is taken as it is, if it has what is needed', async () => {
    const python = await findPython();
    expect(await pythonEnvironment({ python, modules: ['json', 'venv'] })).toEqual({ python });
    await expect(pythonEnvironment({ python, modules: ['json', 'no_such_module'] })).rejects.toMatchObject({
      code: 'PYTHON',
      message: expect.stringContaining(`${python} is without no_such_module`),
    });
  });

  test('says which interpreters it looked for', async () => {
    await expect(findPython(['no-such-python', 'nor-this'])).rejects.toMatchObject({
      code: 'PYTHON',
      fields: { found: 'no no-such-python that runs; no nor-this that runs', expected: 'Python 3.11 or newer' },
    });
  });
});
