import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelSpec } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { parseModelSpec } from './model-spec.ts';
import { createSampleRunner } from './run-samples.ts';
import { createSampleQueue, type SampleQueue } from './sample-queue.ts';
import { type ExecutionProvider, openSession } from './session.ts';

/** A model that is ready to answer. */
export interface LoadedModel {
  readonly spec: ModelSpec;
  readonly queue: SampleQueue;
}

export interface LoadOptions {
  /** Threads that one run may use. */
  readonly threads: number;
  readonly provider?: ExecutionProvider;
  /** Samples in one run at most. On a CPU one at a time is as quick as many, and takes the least memory. */
  readonly samplesAtOnce?: number;
}

const SAMPLES_AT_ONCE: Record<ExecutionProvider, number> = { cpu: 1, cuda: 8 };

/**
 * A MONAI bundle's folder (configs/metadata.json with the `neurotile` block, models/model.onnx) -> the model.
 * @throws NeurotileError MODEL where a file is missing, the digest is another, or the network does not fit its metadata.
 */
export async function loadModel(folder: string, options: LoadOptions): Promise<LoadedModel> {
  const metadata = await readPart(folder, 'configs/metadata.json');
  return openModel(metadata.toString('utf8'), await readPart(folder, 'models/model.onnx'), options);
}

/**
 * A bundle's two files, wherever they come from -> the model.
 * @param metadata text of configs/metadata.json
 * @param network bytes of models/model.onnx
 * @throws NeurotileError MODEL where the digest is another, or the network does not fit its metadata.
 */
export async function openModel(metadata: string, network: Uint8Array, options: LoadOptions): Promise<LoadedModel> {
  const spec = parseModelSpec(parsed(metadata));
  const digest = createHash('sha256').update(network).digest('hex');
  if (digest !== spec.digest) throw new NeurotileError('MODEL', { found: digest, expected: `sha256 ${spec.digest}` });
  const provider = options.provider ?? 'cpu';
  // From the bytes whose digest was taken, so that it is these that run; weights outside model.onnx find no way in.
  const session = await openSession(network, spec, { threads: options.threads, provider });
  const atOnce = session.isSingleSample ? 1 : (options.samplesAtOnce ?? SAMPLES_AT_ONCE[provider]);
  return { spec, queue: createSampleQueue(createSampleRunner(spec, session.run), atOnce) };
}

function parsed(metadata: string): unknown {
  try {
    return JSON.parse(metadata);
  } catch (cause) {
    throw new NeurotileError('MODEL', { found: 'configs/metadata.json that is not JSON' }, cause);
  }
}

async function readPart(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    throw new NeurotileError('MODEL', { found: `no ${name} that can be read`, expected: 'a MONAI bundle' }, cause);
  }
}
