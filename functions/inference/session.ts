import { InferenceSession, Tensor } from 'onnxruntime-node';
import { channelsOf, type ModelSpec } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';

/** `cuda` asks for ONNX Runtime's CUDA libraries beside the package; it was never run on a GPU. */
export type ExecutionProvider = 'cpu' | 'cuda';

/** image, N×C×[D×]H×W as one float32 array -> logits, N×R×[D×]H×W, R the channels of the spec. */
export type RunSession = (image: Float32Array, shape: readonly number[]) => Promise<Float32Array>;

export interface Session {
  readonly run: RunSession;
  /** The network was exported with N fixed to 1. */
  readonly isSingleSample: boolean;
}

/** Shape of one sample at the model's tile, after N and channels. */
export function spaceOf({ dims, tile }: ModelSpec): readonly number[] {
  return tile.slice(-dims);
}

/**
 * An ONNX file's bytes -> a session whose input and output are what the spec says.
 * @throws NeurotileError MODEL where ONNX Runtime does not take it, or names, types or shapes differ.
 */
export async function openSession(
  network: Uint8Array,
  spec: ModelSpec,
  { threads, provider }: { threads: number; provider: ExecutionProvider },
): Promise<Session> {
  const session = await create(network, threads, provider);
  const space = spaceOf(spec);
  const input = checkedShape(session.inputMetadata, 'image', [spec.sequences.length, ...space]);
  checkedShape(session.outputMetadata, 'logits', [channelsOf(spec), ...space]);
  return {
    isSingleSample: input[0] === 1,
    async run(image, shape) {
      const { logits } = await session.run({ image: new Tensor('float32', image, shape) });
      return logits.data as Float32Array;
    },
  };
}

async function create(network: Uint8Array, threads: number, provider: ExecutionProvider): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(network, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Threads that wait sleep: spinning takes the time of the HTTP thread and of registration on the same cores.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      // Errors only: its warnings on unused initialisers are no concern of who reads the log.
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new NeurotileError('MODEL', { found: `a network that ONNX Runtime refuses: ${messageOf(cause)}` }, cause);
  }
}

/** The one value of that name; a dimension that the network fixes has to be the tile's, and N, where fixed, 1. */
function checkedShape(
  values: readonly InferenceSession.ValueMetadata[],
  name: string,
  sample: readonly number[],
): readonly (number | string)[] {
  const [value] = values;
  if (values.length !== 1 || value.name !== name)
    throw wrong(values.map((v) => v.name).join(', '), `one tensor named ${name}`);
  const shape = value.isTensor ? value.shape : [];
  const expected = [1, ...sample];
  const fits =
    shape.length === expected.length && shape.every((n, axis) => typeof n === 'string' || n === expected[axis]);
  if (!value.isTensor || value.type !== 'float32' || !fits)
    throw wrong(
      `${name}: ${value.isTensor ? value.type : 'no tensor'} ${shape.join('×')}`,
      `float32 N×${sample.join('×')}`,
    );
  return shape;
}

function wrong(found: string, expected: string): NeurotileError {
  return new NeurotileError('MODEL', { found, expected });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
