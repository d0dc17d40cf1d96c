import type { Random } from '../../functions/core/random.ts';
import { createFifo } from './fifo.ts';
import type { Meter } from './meter.ts';
import type { Parameters } from './parameters.ts';
import type { Timeline } from './timeline.ts';

/** A tile that was handed to the endpoint. */
export interface Request {
  readonly askedAt: number;
  /** Of a request that waited too long: it is not computed at all. */
  readonly ttlSeconds: number;
  answered(): void;
  lost(): void;
}

export interface Endpoint {
  ask(request: Request): void;
  /** Requests that wait or are computed. */
  backlog(): number;
  /** Instances that answer, and those on their way too. */
  ready(): number;
  wanted(): number;
  /** As the scaling policies say; never beyond the maximum. */
  want(instances: number): void;
}

/** GPU instances behind one queue, one tile at a time each; they take minutes to start, and are billed from then on. */
export function createEndpoint({
  timeline,
  random,
  parameters,
  meter,
}: {
  timeline: Timeline;
  random: Random;
  parameters: Parameters;
  meter: Meter;
}): Endpoint {
  const { gpu, spread } = parameters;
  const queue = createFifo<Request>();
  let wanted = gpu.minInstances;
  let starting = 0;
  let ready = gpu.minInstances;
  let computing = 0;

  function serve(): void {
    while (computing < ready && queue.size() > 0) {
      const request = queue.shift();
      if (timeline.now() - request.askedAt > request.ttlSeconds) request.lost();
      else compute(request);
    }
  }

  function compute(request: Request): void {
    computing++;
    timeline.after(gpu.tileSeconds * random.uniform(1 - spread, 1 + spread), () => {
      computing--;
      request.answered();
      serve();
    });
  }

  function want(instances: number): void {
    const next = Math.min(Math.max(instances, gpu.minInstances), gpu.maxInstances);
    for (let n = ready + starting; n < next; n++) start();
    wanted = next;
    ready = Math.min(ready, next);
  }

  function start(): void {
    starting++;
    const startedAt = timeline.now();
    timeline.after(gpu.startSeconds, () => {
      starting--;
      meter.instanceSeconds += timeline.now() - startedAt;
      ready = Math.min(ready + 1, wanted);
      serve();
    });
  }

  return {
    ask(request) {
      queue.push(request);
      serve();
    },
    backlog: () => queue.size() + computing,
    ready: () => ready,
    wanted: () => wanted,
    want,
  };
}
