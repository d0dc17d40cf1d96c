// Runs one jest suite with the Node flag that ES modules need, on every platform: node tools/jest.mjs <suite> [jest options]
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PATTERNS = {
  fast: '**/test/**/*.test.ts',
  slow: '**/test/**/*.slow.ts',
  browser: '**/test/**/*.browser.ts',
  aws: '**/test/**/*.aws.ts',
};
const [suite, ...options] = process.argv.slice(2);
if (!(suite in PATTERNS)) throw new Error(`suite is "${suite}": expected ${Object.keys(PATTERNS).join(', ')}`);

const root = fileURLToPath(new URL('..', import.meta.url));
const results = `${root}build/test-results`;
mkdirSync(results, { recursive: true });
const jest = fileURLToPath(import.meta.resolve('jest/bin/jest'));
const args = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  jest,
  '--testMatch',
  PATTERNS[suite],
];
const run = spawnSync(process.execPath, [...args, '--json', `--outputFile=${results}/${suite}.json`, ...options], {
  cwd: root,
  stdio: ['inherit', 'ignore', 'inherit'],
});
process.exitCode = run.status ?? 1;
