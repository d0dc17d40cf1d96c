import { Worker } from 'node:worker_threads';
import { Refusal } from './answers.ts';
import type { Settings } from './environment.ts';
import type { FromWorker, ToWorker } from './inference-worker.ts';

export interface InferenceThreads {
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

interface Thread {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
  models?: ReadonlyMap<string, string>;
}

/** Each holds a network and a patch's activations in memory of its own. */
const MOST_THREADS = 4;

/**
 * On a CPU, patches side by side, each on cores of its own, are done sooner than one after the other on all cores:
 * layers that do not split well leave no core idle. A GPU has one queue.
 */
export function splitThreads({ threads, provider }: Pick<Settings, 'threads' | 'provider'>): number[] {
  const count = provider === 'cpu' ? Math.min(threads, MOST_THREADS) : 1;
  return Array.from({ length: count }, (_, n) => Math.floor((threads + n) / count));
}

/** Starts the threads that compute. None can be done without: `onLost` is told when one could not load or broke. */
export function startInferenceThreads(
  settings: Settings,
  events: { onLoaded(models: ReadonlyMap<string, string>): void; onLost(message: string): void },
): InferenceThreads {
  const threads = splitThreads(settings).map((share) => startThread({ ...settings, threads: share }));
  let models: ReadonlyMap<string, string> | undefined;
  let lastId = 0;

  function startThread(workerData: Settings): Thread {
    const worker = new Worker(new URL('./inference-worker.mjs', import.meta.url), { workerData });
    const thread: Thread = { worker, jobs: new Map() };
    worker.on('message', (message: FromWorker) => settle(thread, message));
    worker.on('error', (error) => events.onLost(error.message));
    return thread;
  }

  function settle(thread: Thread, message: FromWorker): void {
    if (message.kind === 'unusable') events.onLost(message.message);
    else if (message.kind === 'loaded') {
      thread.models = new Map(message.models.map(({ name, digest }) => [digest, name]));
      if (!threads.every((t) => t.models)) return;
      models = thread.models;
      events.onLoaded(models);
    } else settleJob(thread.jobs, message);
  }

  function settleJob(jobs: Map<number, Job>, message: Extract<FromWorker, { id: number }>): void {
    const job = jobs.get(message.id);
    jobs.delete(message.id);
    if (message.kind === 'predicted') job?.resolve(message.prediction);
    else job?.reject(new Refusal(message.isTensorsFault ? 'TENSOR' : 'INTERNAL', message.message));
  }

  const tell = ({ worker }: Thread, message: ToWorker, transfer: ArrayBuffer[] = []) =>
    worker.postMessage(message, transfer);
  const leastBusy = () => threads.reduce((best, t) => (t.jobs.size < best.jobs.size ? t : best));

  return {
    models: () => models,
    infer(digest, tensor, signal) {
      const id = ++lastId;
      const thread = leastBusy();
      signal.addEventListener('abort', () => tell(thread, { kind: 'cancel', id }), { once: true });
      return new Promise((resolve, reject) => {
        thread.jobs.set(id, { resolve, reject });
        tell(thread, { kind: 'infer', id, digest, tensor }, [tensor.buffer as ArrayBuffer]);
      });
    },
    stop: async () => void (await Promise.all(threads.map(({ worker }) => worker.terminate()))),
  };
}
