/**
 * What the pipeline costs beyond its two engines: the wall time of a whole run over that of elastix alone and bare ONNX
 * Runtime alone, on the same study, transforms' start, tiles and threads. Each of the three is a new process, which has
 * to load and compile its engine; what the engines alone read from disk before is not counted.
 *
 *   npx tsx tools/bench-run.ts <study folder> [--threads 2] [--rounds 3] [--model unet3d] [--python <python> --peers <folder>]
 *
 * The study's other sequences are moved by known rigid motions first. With `--peers`, the scripts there are run in the
 * same go: register_peers.py (ITKElastix) and sliding_window_peer.py (MONAI). Peak memory is that of all processes of
 * the run together, sampled from /proc every 250 ms.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createElastixRegistrar } from '../functions/adapters/elastix/elastix-registrar.ts';
import { createFolderStore } from '../functions/adapters/folder-store.ts';
import { createNodeCodec } from '../functions/adapters/node-codec.ts';
import { findModel } from '../functions/cli/models.ts';
import type { Plan } from '../functions/contract/documents.ts';
import { SEQUENCES, type Sequence } from '../functions/contract/model.ts';
import { apply, invert, multiply } from '../functions/core/geometry/affine.ts';
import { readNifti } from '../functions/core/nifti/read-nifti.ts';
import { writeNifti } from '../functions/core/nifti/write-nifti.ts';
import { identifySequences } from '../functions/core/study/identify-sequences.ts';
import { fromFloat16 } from '../functions/core/tensor/float16.ts';
import { readNpy } from '../functions/core/tensor/npy.ts';
import { resample } from '../functions/core/volume/resample.ts';
import { toInt16 } from '../functions/core/volume/to-int16.ts';
import type { Affine, Volume } from '../functions/core/volume/volume.ts';
import { fromJson } from '../functions/pipeline/json.ts';
import { inflateNifti } from '../functions/pipeline/load-volume.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    model: { type: 'string', default: 'unet3d' },
    python: { type: 'string', default: 'python3' },
    peers: { type: 'string' },
    /** Set by this program where it calls itself: time one engine alone and print the seconds. */
    alone: { type: 'string' },
    batch: { type: 'string', default: '1' },
  },
});
const threads = Number(values.threads);
const CLI = fileURLToPath(new URL('../functions/cli/neurotile.mjs', import.meta.url));
const codec = createNodeCodec();

type Volumes = Record<Sequence, Volume>;

/** Rigid motions of 6 to 12 degrees and up to 15 mm, about the middle of the reference. */
const MOTIONS: Partial<Record<Sequence, { axis: 0 | 1 | 2; degrees: number; mm: [number, number, number] }>> = {
  T1: { axis: 2, degrees: 8, mm: [6, -9, 5] },
  T2: { axis: 0, degrees: -10, mm: [-8, 4, 12] },
  FLAIR: { axis: 1, degrees: 6, mm: [15, 3, -7] },
};

async function main(folder: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'neurotile-bench-'));
  try {
    const volumes = moved(await load(folder));
    const study = join(scratch, 'moved');
    await save(volumes, study);
    const rows = [];
    for (let round = 0; round < Number(values.rounds); round++) rows.push(await measure(study, scratch));
    report(rows);
    if (values.peers) await runPeers(resolve(folder), resolve(values.peers), scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Row {
  whole: number;
  elastix: number;
  onnx: number;
  batch: number;
  tiles: number;
  peakMb: number;
}

async function measure(study: string, scratch: string): Promise<Row> {
  const out = join(scratch, 'out');
  await rm(out, { recursive: true, force: true });
  const { seconds: whole, peakMb } = await runCli(study, out);
  const elastix = alone('elastix', study);
  const { seconds: onnx, batch } = [1, 2]
    .map((n) => ({ seconds: alone('onnx', out, '--batch', String(n)), batch: n }))
    .reduce((best, t) => (t.seconds < best.seconds ? t : best));
  const row = { whole, elastix, onnx, batch, tiles: (await tensorsOf(out)).length, peakMb };
  console.log(JSON.stringify(row));
  return row;
}

async function runCli(study: string, out: string): Promise<{ seconds: number; peakMb: number }> {
  const start = performance.now();
  const args = [CLI, 'run', study, '--out', out, '--model', values.model, '--threads', values.threads, '--keep-work'];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  let peakMb = 0;
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, rssOfTreeMb(child.pid!));
  }, 250);
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  clearInterval(timer);
  if (code !== 0) throw new Error(`the run ended with status ${code}`);
  return { seconds: (performance.now() - start) / 1000, peakMb };
}

/** Resident memory of a process and all below it, from /proc: cheap enough not to disturb what is timed. */
function rssOfTreeMb(root: number): number {
  const statuses = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(statusOf);
  const tree = new Set([root]);
  for (let before = 0; tree.size > before; ) {
    before = tree.size;
    for (const { pid, parent } of statuses) if (tree.has(parent)) tree.add(pid);
  }
  return statuses.reduce((sum, { pid, rssMb }) => sum + (tree.has(pid) ? rssMb : 0), 0);
}

function statusOf(pid: string): { pid: number; parent: number; rssMb: number }[] {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    return [{ pid: Number(pid), parent: field('PPid'), rssMb: field('VmRSS') / 1024 }];
  } catch {
    return []; // It ended between the two looks.
  }
}

/** Seconds of one engine in a process of its own. */
function alone(engine: 'elastix' | 'onnx', folder: string, ...options: string[]): number {
  const self = fileURLToPath(import.meta.url);
  const same = ['--threads', values.threads, '--model', values.model];
  const args = [...process.execArgv, self, folder, '--alone', engine, ...same, ...options];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

async function timeAlone(engine: string, folder: string): Promise<number> {
  if (engine === 'elastix') return elastixAlone(await load(folder));
  return onnxAlone(await tensorsOf(folder), Number(values.batch));
}

async function elastixAlone(volumes: Volumes): Promise<number> {
  const start = performance.now();
  const registrar = createElastixRegistrar({ workers: threads });
  await Promise.all((['T1', 'T2', 'FLAIR'] as const).map((s) => registrar.register(volumes.T1ce, volumes[s])));
  await registrar.close();
  return (performance.now() - start) / 1000;
}

async function tensorsOf(out: string): Promise<{ data: Float32Array; shape: readonly number[] }[]> {
  const work = createFolderStore(join(out, '.neurotile', 'work'));
  const plans = (await work.list('runs/')).filter((o) => o.key.endsWith('plan.json'));
  const plan = fromJson<Plan>((await work.get(plans[0].key))!.bytes);
  const tensors = [];
  for (const { id } of plan.tiles) {
    const { data, shape } = readNpy((await work.get(`tensors/${plan.run}/${id}.npy`))!.bytes);
    tensors.push({ data: fromFloat16(data as Uint16Array), shape });
  }
  return tensors;
}

/** ONNX Runtime on tensors that lie in memory. Loading it and the model counts, as starting its threads does for elastix. */
async function onnxAlone(tensors: { data: Float32Array; shape: readonly number[] }[], batch: number): Promise<number> {
  const { folder } = await findModel(values.model);
  const start = performance.now();
  const ort = createRequire(import.meta.url)('onnxruntime-node');
  const session = await ort.InferenceSession.create(join(folder, 'models', 'model.onnx'), {
    intraOpNumThreads: threads,
  });
  let seconds = (performance.now() - start) / 1000;
  for (let n = 0; n < tensors.length; n += batch) {
    const image = stack(tensors.slice(n, n + batch), ort);
    const begun = performance.now();
    await session.run({ image });
    seconds += (performance.now() - begun) / 1000;
  }
  return seconds;
}

function stack(
  tensors: { data: Float32Array; shape: readonly number[] }[],
  ort: { Tensor: new (...args: unknown[]) => unknown },
): unknown {
  const [{ shape }] = tensors;
  const size = tensors[0].data.length;
  const data = new Float32Array(size * tensors.length);
  for (const [n, tensor] of tensors.entries()) data.set(tensor.data, n * size);
  return new ort.Tensor('float32', data, [shape[0] * tensors.length, ...shape.slice(1)]);
}

function report(rows: Row[]): void {
  const median = (of: (row: Row) => number) => rows.map(of).sort((a, b) => a - b)[Math.floor(rows.length / 2)];
  const ratio = median((r) => r.whole / (r.elastix + r.onnx));
  console.log(`\nrounds ${rows.length}, threads ${threads}, model ${values.model}, ${rows[0].tiles} tiles`);
  console.log(`whole run            ${median((r) => r.whole).toFixed(1)} s`);
  console.log(`elastix alone        ${median((r) => r.elastix).toFixed(1)} s, three sequences`);
  console.log(`ONNX Runtime alone   ${median((r) => r.onnx).toFixed(1)} s, best batch size ${rows[0].batch}`);
  console.log(`ratio                ${ratio.toFixed(2)} (median of rounds; aim: at most 1.4)`);
  console.log(
    `peak resident        ${Math.round(Math.max(...rows.map((r) => r.peakMb)))} MiB, all processes (aim: at most 4096)`,
  );
}

async function runPeers(folder: string, peers: string, scratch: string): Promise<void> {
  const cases = join(scratch, 'cases');
  await mkdir(cases);
  const python = (script: string, ...args: string[]) =>
    console.log(execFileSync(values.python, [join(peers, script), ...args], { encoding: 'utf8', cwd: scratch }).trim());
  python('make_registration_cases.py', folder, cases, '3');
  python('register_peers.py', cases, 'elastix');
  const { folder: model, metadata } = await findModel(values.model);
  const { tile, overlap } = metadata.neurotile;
  python('sliding_window_peer.py', join(model, 'models', 'model.onnx'), '155,240,240', tile.join(), String(overlap[0]));
}

async function load(folder: string): Promise<Volumes> {
  const { found } = identifySequences(await readdir(folder));
  const loaded = SEQUENCES.map(async (s) => {
    const stored = await readFile(join(folder, found[s]!));
    return [s, readNifti((await inflateNifti(stored, { codec })).bytes)] as const;
  });
  return Object.fromEntries(await Promise.all(loaded)) as Volumes;
}

function moved(volumes: Volumes): Volumes {
  const { shape, affine } = volumes.T1ce;
  const centre = apply(affine, [shape[0] / 2, shape[1] / 2, shape[2] / 2]);
  const result = { ...volumes };
  for (const [s, { axis, degrees, mm }] of Object.entries(MOTIONS) as [
    Sequence,
    NonNullable<(typeof MOTIONS)['T1']>,
  ][]) {
    const there = rigid(axis, (degrees * Math.PI) / 180, centre, mm);
    result[s] = resample(volumes[s], volumes[s], invert(there));
  }
  return result;
}

/** Rotation about an axis through a point, then a shift. */
function rigid(axis: 0 | 1 | 2, angle: number, [x, y, z]: readonly number[], [a, b, c]: readonly number[]): Affine {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const m = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
  m[5 * u] = m[5 * v] = cos;
  m[4 * u + v] = -sin;
  m[4 * v + u] = sin;
  const shift = (p: readonly number[]): Affine => [1, 0, 0, p[0], 0, 1, 0, p[1], 0, 0, 1, p[2], 0, 0, 0, 1];
  return multiply(shift([x + a, y + b, z + c]), multiply(m, shift([-x, -y, -z])));
}

async function save(volumes: Volumes, folder: string): Promise<void> {
  await mkdir(folder);
  for (const s of SEQUENCES) {
    const { volume, scale } = toInt16(volumes[s]);
    await writeFile(
      join(folder, `${basename(folder)}_${s.toLowerCase()}.nii.gz`),
      await codec.gzip(writeNifti(volume, { scale })),
    );
  }
}

if (positionals.length !== 1) throw new Error('one study folder is expected; see the top of this file');
if (values.alone) console.log(await timeAlone(values.alone, positionals[0]));
else await main(positionals[0]);
