// The proof that the stack works: npm run test:aws [-- jest options].
// Starts an AWS emulator on the loopback, deploys the real stack to it with the real CDK CLI, and runs test/aws on it.
// Needs Node and Python 3. Everything that is started ends with this process; files stay in build/ and .venv-aws/.
import { mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { awsEnvironment, freePort, startEmulator } from '../test/aws/harness/emulator.mjs';
import { guarded } from '../test/aws/harness/guarded.mjs';
import { pythonPrograms } from '../test/aws/harness/python.mjs';

const LIMIT_MS = 19 * 60_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
const build = join(root, 'build/test-aws');
const temp = mkdtempSync(join(tmpdir(), 'neurotile-aws-'));
const begunMs = Date.now();
const underWay = [];
let verdict = 1;

const limit = setTimeout(() => end(1, `not done after ${LIMIT_MS / 60_000} minutes`), LIMIT_MS);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => end(1, signal));
try {
  await main();
  await end(verdict);
} catch (error) {
  await end(1, error.stack);
}

async function main() {
  mkdirSync(build, { recursive: true });
  const programs = await part('python environment', () => pythonPrograms(root));
  const [port, standInPort] = [await freePort(), await freePort()];
  const env = { ...awsEnvironment({ port, standInPort, temp }), NEUROTILE_AWS_TEST: root, NEUROTILE_PYTHON: programs };
  const log = join(build, 'emulator.log');
  underWay.push(await part('emulator', () => startEmulator({ programs, port, env, temp, log })));
  // Not in this folder: bootstrapping an account needs no app.
  const bootstrap = [cdk, 'bootstrap', '--no-notices', 'aws://000000000000/us-east-1'];
  const output = openSync(join(build, 'bootstrap.log'), 'w');
  await part('cdk bootstrap', () => succeed(bootstrap, { env, cwd: temp, output }));
  const suite = [join(root, 'tools/jest.mjs'), 'aws', '--runInBand', '--verbose', ...process.argv.slice(2)];
  verdict = await part('tests', () => run(suite, { env, cwd: root, output: 'inherit' }));
}

/** Runs a Node program to its end. @returns its exit status */
async function run(command, options) {
  const child = guarded([process.execPath, ...command], options);
  underWay.push(child);
  const status = await child.exited;
  await child.stop();
  return status;
}

async function succeed(command, options) {
  const status = await run(command, options);
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`);
}

async function part(name, work) {
  const startMs = Date.now();
  const result = await work();
  console.error(`test:aws: ${name}: ${seconds(startMs)} s`);
  return result;
}

async function end(status, why) {
  clearTimeout(limit);
  if (why) console.error(`test:aws: ${why}`);
  await Promise.all(underWay.map((child) => child.stop()));
  rmSync(temp, { recursive: true, force: true });
  console.error(`test:aws: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds(begunMs)} s; logs in ${build}`);
  process.exit(status);
}

function seconds(sinceMs) {
  return ((Date.now() - sinceMs) / 1000).toFixed(1);
}
