import { Worker } from 'node:worker_threads';
import { Refusal } from './answers.ts';
import type { Settings } from './environment.ts';
import type { FromWorker, ToWorker } from './inference-worker.ts';

export interface InferenceThread {
  /** The models by digest, once they are loaded; undefined before. */
  models(): ReadonlyMap<string, string> | undefined;
  /**
   * .npy tensor -> .npy prediction of the model with that digest, which has to be one of `models`.
   * @throws Refusal TENSOR or INTERNAL
   */
  infer(digest: string, tensor: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  stop(): Promise<void>;
}

interface Job {
  resolve(prediction: Uint8Array): void;
  reject(error: Refusal): void;
}

/** Starts the thread that computes. It cannot be done without: `onLost` is told when it could not load or broke. */
export function startInferenceThread(
  settings: Settings,
  events: { onLoaded(models: ReadonlyMap<string, string>): void; onLost(message: string): void },
): InferenceThread {
  const worker = new Worker(new URL('./inference-worker.mjs', import.meta.url), { workerData: settings });
  const jobs = new Map<number, Job>();
  let models: ReadonlyMap<string, string> | undefined;
  let lastId = 0;
  const tell = (message: ToWorker, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer);

  function settle(message: FromWorker): void {
    if (message.kind === 'unusable') events.onLost(message.message);
    else if (message.kind === 'loaded') {
      models = new Map(message.models.map(({ name, digest }) => [digest, name]));
      events.onLoaded(models);
    } else settleJob(message);
  }

  function settleJob(message: Extract<FromWorker, { id: number }>): void {
    const job = jobs.get(message.id);
    jobs.delete(message.id);
    if (message.kind === 'predicted') job?.resolve(message.prediction);
    else job?.reject(new Refusal(message.isTensorsFault ? 'TENSOR' : 'INTERNAL', message.message));
  }

  worker.on('message', settle);
  worker.on('error', (error) => events.onLost(error.message));

  return {
    models: () => models,
    infer(digest, tensor, signal) {
      const id = ++lastId;
      signal.addEventListener('abort', () => tell({ kind: 'cancel', id }), { once: true });
      return new Promise((resolve, reject) => {
        jobs.set(id, { resolve, reject });
        tell({ kind: 'infer', id, digest, tensor }, [tensor.buffer as ArrayBuffer]);
      });
    },
    stop: async () => void (await worker.terminate()),
  };
}
