import { Worker } from 'node:worker_threads';
import { NeurotileError } from '../../core/errors.ts';
import type { Affine, Volume } from '../../core/volume/volume.ts';
import type { Registrar } from '../../pipeline/ports.ts';
import { type Answer, type Job, WARM_UP } from './protocol.ts';

export interface ElastixRegistrar extends Registrar {
  /** Starts the threads before they are needed. */
  warmUp(): void;
  /** Ends the threads; what is unfinished is rejected, and so is all that comes later. */
  close(): Promise<void>;
}

export interface ElastixRegistrarOptions {
  /** Threads at most; at least one. */
  workers: number;
  /** What starts a thread, given what does by default; for tests of threads that die. */
  startWorker?: (start: () => Worker) => Worker;
}

interface Waiting {
  fixed: Volume;
  moving: Volume;
  resolve(found: { matrix: Affine }): void;
  reject(error: NeurotileError): void;
}

interface Seat {
  worker: Worker;
  job?: Waiting & { id: number };
}

/**
 * Rigid registration by elastix as WebAssembly in `workers` threads, started when first needed. Each registration is
 * single-threaded with a fixed seed, so equal inputs give the same bits, however many run at once.
 * A thread that dies takes only its own registration with it (REGISTRATION); the next one gets a new thread.
 */
export function createElastixRegistrar({
  workers,
  startWorker = (start) => start(),
}: ElastixRegistrarOptions): ElastixRegistrar {
  const most = Math.max(1, Math.floor(workers));
  const seats = new Set<Seat>();
  const queue: Waiting[] = [];
  let lastId = 0;
  let closed = false;

  const pump = () => {
    while (queue.length > 0) {
      const seat = [...seats].find(({ job }) => !job) ?? (seats.size < most ? takeSeat() : undefined);
      if (!seat) return;
      give(seat, queue.shift()!);
    }
  };

  const give = (seat: Seat, waiting: Waiting) => {
    const id = ++lastId;
    seat.job = { ...waiting, id };
    const job: Job = { id, fixed: copyOf(waiting.fixed), moving: copyOf(waiting.moving) };
    seat.worker.ref();
    seat.worker.postMessage(job, [job.fixed.data.buffer, job.moving.data.buffer] as ArrayBuffer[]);
  };

  const takeSeat = (): Seat => {
    const seat: Seat = { worker: startWorker(startElastixWorker) };
    seats.add(seat);
    seat.worker.on('message', (answer: Answer) => {
      const { job } = seat;
      if (job?.id !== answer.id) return;
      seat.job = undefined;
      seat.worker.unref(); // an idle thread keeps no process alive
      if ('matrix' in answer) job.resolve({ matrix: answer.matrix });
      else job.reject(new NeurotileError('REGISTRATION', answer.failed));
      pump();
    });
    const leave = (cause: unknown) => {
      if (!seats.delete(seat)) return;
      void seat.worker.terminate(); // of a thread that is gone already: nothing
      seat.job?.reject(new NeurotileError('REGISTRATION', { found: 'a thread that ended early' }, cause));
      pump();
    };
    seat.worker.on('error', leave);
    seat.worker.on('messageerror', leave);
    seat.worker.on('exit', (code) => leave(new Error(`exit code ${code}`)));
    return seat;
  };

  return {
    register(fixed, moving) {
      if (closed) return Promise.reject(new NeurotileError('REGISTRATION', { found: 'a registrar that was closed' }));
      return new Promise((resolve, reject) => {
        queue.push({ fixed, moving, resolve, reject });
        pump();
      });
    },
    warmUp() {
      while (seats.size < most) {
        const { worker } = takeSeat();
        worker.postMessage(WARM_UP);
        worker.unref();
      }
    },
    async close() {
      closed = true;
      for (const { reject } of queue.splice(0))
        reject(new NeurotileError('REGISTRATION', { found: 'a closed registrar' }));
      await Promise.all([...seats].map(({ worker }) => worker.terminate()));
    },
  };
}

/**
 * The caller keeps its voxels: what is transferred is a copy, made when a thread is free, so that waiting
 * registrations hold none.
 */
function copyOf({ shape, affine, data }: Volume): Volume<Float32Array<ArrayBuffer>> {
  return { shape, affine: [...affine], data: new Float32Array(data) };
}

/** Beside this file: among the sources what loads the worker, in a deployed bundle the worker itself. */
function startElastixWorker(): Worker {
  // No flags of the parent: test runners and loaders set some that a thread can't take.
  return new Worker(new URL('./elastix-worker.mjs', import.meta.url), { execArgv: [] });
}
