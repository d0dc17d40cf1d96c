/**
 * One of the threads that compute. ONNX Runtime's binding blocks the thread that calls it for as long as a run takes, so the
 * server keeps its own thread for HTTP: pings are answered, and the next bodies come in, while a patch is computed.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { NeurotileError } from '../../functions/core/errors.ts';
import { infer } from '../../functions/inference/infer.ts';
import { type LoadedModel, loadModel } from '../../functions/inference/load-model.ts';
import type { Settings } from './environment.ts';
import { findBundles } from './find-bundles.ts';

export type ToWorker =
  | { kind: 'infer'; id: number; digest: string; tensor: Uint8Array }
  | { kind: 'cancel'; id: number };

export type FromWorker =
  | { kind: 'loaded'; models: readonly { name: string; digest: string }[] }
  | { kind: 'unusable'; message: string }
  | { kind: 'predicted'; id: number; prediction: Uint8Array }
  | { kind: 'failed'; id: number; isTensorsFault: boolean; message: string };

const settings = workerData as Settings;
const models = new Map<string, LoadedModel>();
const wanted = new Map<number, AbortController>();
const tell = (message: FromWorker, transfer: ArrayBuffer[] = []) => parentPort!.postMessage(message, transfer);

parentPort!.on('message', (message: ToWorker) => {
  if (message.kind === 'cancel') wanted.get(message.id)?.abort(new Error('nobody waits for it any more'));
  else void answer(message.id, message.digest, message.tensor);
});

try {
  for (const folder of await findBundles(settings.modelsFolder)) {
    const model = await loadModel(folder, settings);
    models.set(model.spec.digest, model);
  }
  tell({ kind: 'loaded', models: [...models.values()].map(({ spec }) => ({ name: spec.name, digest: spec.digest })) });
} catch (error) {
  tell({ kind: 'unusable', message: messageOf(error) });
}

async function answer(id: number, digest: string, tensor: Uint8Array): Promise<void> {
  const controller = new AbortController();
  wanted.set(id, controller);
  try {
    const prediction = await infer(models.get(digest)!, tensor, controller.signal);
    tell({ kind: 'predicted', id, prediction }, [prediction.buffer as ArrayBuffer]);
  } catch (error) {
    tell({ kind: 'failed', id, isTensorsFault: error instanceof NeurotileError, message: messageOf(error) });
  } finally {
    wanted.delete(id);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
