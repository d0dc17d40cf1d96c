/** One sample (3D: a patch, 2D: a slice) on its way through the model. */
export interface Sample {
  /** C×[D×]H×W, binary16 bits. */
  readonly input: Uint16Array;
  /** R×[D×]H×W, filled with 255ths. */
  readonly output: Uint8Array;
}

/** Runs samples together and fills their outputs; as good as any order and grouping, or else it throws. */
export type RunSamples = (samples: readonly Sample[]) => Promise<void>;

export interface SampleQueue {
  /**
   * Waits until all these samples are filled.
   * @throws what running one of them threw, or the signal's reason as soon as nobody wants them any more.
   */
  push(samples: readonly Sample[], signal?: AbortSignal): Promise<void>;
}

interface Request {
  left: number;
  readonly signal?: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Waiting {
  readonly sample: Sample;
  readonly request: Request;
}

/** First come, first served, up to `samplesAtOnce` waiting ones in one run, whoever they came from. */
export function createSampleQueue(run: RunSamples, samplesAtOnce: number): SampleQueue {
  const waiting: Waiting[] = [];
  const failed = new Set<Request>();
  let running = false;

  function fail(request: Request, error: unknown): void {
    failed.add(request);
    request.reject(error);
  }

  function take(): Waiting[] {
    const group: Waiting[] = [];
    while (group.length < samplesAtOnce && waiting.length > 0) {
      const next = waiting.shift()!;
      if (next.request.signal?.aborted && !failed.has(next.request)) fail(next.request, next.request.signal.reason);
      if (!failed.has(next.request)) group.push(next);
    }
    return group;
  }

  async function runGroup(group: Waiting[]): Promise<void> {
    try {
      await run(group.map(({ sample }) => sample));
    } catch (error) {
      // One bad sample must not take its neighbours with it: alone, each fails or not for itself.
      if (group.length > 1) for (const one of group) await runGroup([one]);
      else fail(group[0].request, error);
      return;
    }
    for (const { request } of group) if (--request.left === 0) request.resolve();
  }

  async function drain(): Promise<void> {
    running = true;
    // Let what else has arrived come in first, so that it can share the run.
    for (await turn(); waiting.length > 0; await turn()) {
      const group = take();
      if (group.length > 0) await runGroup(group);
      if (waiting.length === 0) failed.clear();
    }
    running = false;
  }

  return {
    push: (samples, signal) =>
      new Promise((resolve, reject) => {
        const request: Request = { left: samples.length, signal, resolve, reject };
        for (const sample of samples) waiting.push({ sample, request });
        if (!running) void drain();
      }),
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
