/**
 * Our registrar on cases with a known answer (the layout of `make_registration_cases.py`: <n>/fixed.nii.gz,
 * moving.nii.gz, unmoved.nii.gz, brain.nii.gz, truth.json), and a peer on the same ones in the same go.
 *
 *   npx tsx tools/bench-registration.ts CASES... [--peers "python register_peers.py elastix"]
 *
 * Seconds hold reading and registering, one case at a time. Errors are over every 53rd brain voxel, in mm.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { createElastixRegistrar } from '../functions/adapters/elastix/elastix-registrar.ts';
import { multiply } from '../functions/core/geometry/affine.ts';
import { readNifti } from '../functions/core/nifti/read-nifti.ts';
import { registrationErrorMm } from '../functions/core/phantom/registration-error.ts';
import { pointsOf } from '../functions/core/registration/displacement.ts';
import type { Affine, Vec3, Volume } from '../functions/core/volume/volume.ts';

interface Row {
  seconds: number;
  meanMm: number;
  largestMm: number;
  /** From the same method's own answer on the unmoved image, carried along by the known motion. */
  ownMm: number;
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { peers: { type: 'string' } } });
if (positionals.length === 0) {
  console.error('usage: bench-registration.ts CASES... [--peers "python register_peers.py elastix"]');
  process.exit(2);
}
const registrar = createElastixRegistrar({ workers: 1 });
const all: (Row & { exact: boolean })[] = [];
for (const folder of positionals) all.push(...(await benchFolder(folder)));
await registrar.close();
printBounds();

async function benchFolder(folder: string): Promise<(Row & { exact: boolean })[]> {
  const cases = readdirSync(folder).sort();
  const rows: (Row & { exact: boolean })[] = [];
  console.log(`\n${basename(folder)}\ncase kind    seconds  cpu s  mean mm  largest  from own unmoved`);
  for (const name of cases) {
    const { kind, row, cpu } = await benchCase(join(folder, name));
    rows.push({ ...row, exact: kind === 't1ce' });
    const cells = [
      row.seconds.toFixed(2),
      cpu.toFixed(2),
      row.meanMm.toFixed(3),
      row.largestMm.toFixed(2),
      row.ownMm.toFixed(3),
    ];
    console.log(`${name.padEnd(4)} ${kind.padEnd(6)} ${cells.map((cell) => cell.padStart(8)).join(' ')}`);
  }
  if (values.peers) printPeers(values.peers, folder, rows);
  return rows;
}

async function benchCase(folder: string): Promise<{ kind: string; row: Row; cpu: number }> {
  const { kind, matrix } = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as {
    kind: string;
    matrix: number[][];
  };
  const truth = matrix.flat();
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  const found = await registerFile(folder, 'moving');
  const seconds = (performance.now() - before) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const points = pointsOf(read(join(folder, 'brain.nii.gz')));
  const { mean, max } = registrationErrorMm(truth, found, points);
  const own = multiply(truth, await registerFile(folder, 'unmoved'));
  const row = { seconds, meanMm: mean, largestMm: max, ownMm: differenceMm(own, found, points) };
  return { kind, row, cpu: (user + system) / 1e6 };
}

async function registerFile(folder: string, name: string): Promise<Affine> {
  const [fixed, moving] = ['fixed', name].map((part) => read(join(folder, `${part}.nii.gz`)));
  return (await registrar.register(fixed, moving)).matrix;
}

function differenceMm(a: Affine, b: Affine, points: readonly Vec3[]): number {
  return registrationErrorMm(a, b, points).mean;
}

function read(file: string): Volume {
  return readNifti(gunzipSync(readFileSync(file)));
}

/** The peer's four printed lines, each of one number a case, beside ours. */
function printPeers(command: string, folder: string, ours: readonly Row[]): void {
  const [python, script, ...tools] = command.split(' ');
  const text = execFileSync(python, [script, folder, ...tools], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const columns: Record<string, keyof Row> = {
    seconds: 'seconds',
    'mean mm': 'meanMm',
    'largest mm': 'largestMm',
    'mean mm from own unmoved answer': 'ownMm',
  };
  for (const [, tool, what, list] of text.matchAll(/^(\w+) (.+) \[(.*)\]$/gm)) {
    const theirs = mean(list.split(',').map(Number));
    const mine = mean(ours.map((row) => row[columns[what]]));
    console.log(
      `  ${tool} ${what}: [${list}]  mean ${theirs.toFixed(3)}, ours ${mine.toFixed(3)}, ratio ${(mine / theirs).toFixed(2)}`,
    );
  }
}

function printBounds(): void {
  const exact = all.filter((row) => row.exact);
  const others = all.filter((row) => !row.exact);
  const seconds = mean(all.map((row) => row.seconds));
  console.log(`\n${all.length} cases, mean ${seconds.toFixed(2)} s`);
  console.log(`exact truth (${exact.length}): worst mean error ${worst(exact.map((r) => r.meanMm))} mm (bound 0.15)`);
  console.log(
    `others (${others.length}): worst from own unmoved answer ${worst(others.map((r) => r.ownMm))} mm (bound 0.25)`,
  );
}

function worst(numbers: readonly number[]): string {
  return numbers.length === 0 ? '–' : Math.max(...numbers).toFixed(3);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}
