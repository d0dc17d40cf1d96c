import { readFileSync } from 'node:fs';
import { type ModelServer, startModelServer } from '../../../functions/adapters/model-server.ts';
import { toFloat16 } from '../../../functions/core/tensor/float16.ts';
import { writeNpy } from '../../../functions/core/tensor/npy.ts';

/** The real server on the tiny models, ready; whoever starts it stops it. */
export async function startReady(modelsFolder: string, environment: Record<string, string> = {}): Promise<ModelServer> {
  const server = await startModelServer({ modelsFolder, threads: 1, environment });
  await server.ready;
  return server;
}

export function digestOf(dims: 2 | 3): string {
  const metadata = readFileSync(`test/fixtures/tiny-model-${dims}d/configs/metadata.json`, 'utf8');
  return JSON.parse(metadata).neurotile.digest;
}

/** N tiles of the 3D model, T1, T1ce and T2 zero, FLAIR everywhere the same z-score. */
export function tilesOf(flair: number, count = 1): Uint8Array {
  const z = Float32Array.from({ length: count * 16384 }, (_, n) => (n % 16384 >= 3 * 4096 ? flair : 0));
  return writeNpy({ dtype: 'float16', shape: [count, 4, 16, 16, 16], data: toFloat16(z) });
}

/** Probability of the whole tumour in 255ths, in the middle of the first tile of a prediction's data. */
export const wholeTumourInTheMiddle = (data: ArrayLike<number>) => data[4096 + 8 * 256 + 8 * 16 + 8];

export function invoke(server: ModelServer, body: Uint8Array, attributes?: string): Promise<Response> {
  const headers: Record<string, string> = attributes ? { 'X-Amzn-SageMaker-Custom-Attributes': attributes } : {};
  return fetch(`${server.url}/invocations`, { method: 'POST', body, headers });
}
