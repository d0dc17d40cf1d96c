import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The Python environment that holds emulator and linter, made where it is missing or pins something else.
 * @returns {string} its folder of programs
 */
export function pythonPrograms(root) {
  const requirements = readFileSync(join(root, 'test/requirements-aws.txt'), 'utf8');
  const folder = join(root, '.venv-aws');
  const stamp = join(folder, 'made-of.txt');
  const programs = join(folder, 'bin');
  if (read(stamp) === requirements) return programs;
  rmSync(folder, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  const install = ['-m', 'pip', 'install', '-qq', '--disable-pip-version-check', '-r'];
  execFileSync(join(programs, 'python'), [...install, join(root, 'test/requirements-aws.txt')], { stdio: 'inherit' });
  writeFileSync(stamp, requirements);
  return programs;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
