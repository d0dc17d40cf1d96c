/**
 * The way of a study, as one table. `infra` builds queues and Lambdas from it, the local runner its workers,
 * so what runs on a laptop is wired as what is deployed.
 */
export interface Stage {
  /** Messages handed to one invocation at most. */
  readonly batchSize: number;
  /** Invocations at once at most. */
  readonly concurrency: number;
  /** About three times the measured 99th percentile, so that a killed one comes back soon. */
  readonly timeoutSeconds: number;
  /** Times a message is received before it becomes a dead letter. */
  readonly maxReceives: number;
  readonly memoryMb: number;
}

export const STAGES = {
  ingest: { batchSize: 1, concurrency: 20, timeoutSeconds: 120, maxReceives: 5, memoryMb: 3008 },
  register: { batchSize: 1, concurrency: 20, timeoutSeconds: 600, maxReceives: 5, memoryMb: 3008 },
  tile: { batchSize: 1, concurrency: 20, timeoutSeconds: 180, maxReceives: 5, memoryMb: 3008 },
  infer: { batchSize: 1, concurrency: 40, timeoutSeconds: 120, maxReceives: 8, memoryMb: 3008 },
  gather: { batchSize: 10, concurrency: 10, timeoutSeconds: 60, maxReceives: 8, memoryMb: 512 },
  reduce: { batchSize: 1, concurrency: 20, timeoutSeconds: 300, maxReceives: 5, memoryMb: 3008 },
  announce: { batchSize: 10, concurrency: 10, timeoutSeconds: 60, maxReceives: 8, memoryMb: 512 },
} as const satisfies Record<string, Stage>;

export type StageName = keyof typeof STAGES;
export const STAGE_NAMES = Object.keys(STAGES) as StageName[];

/** Which created objects wake which stage: one prefix and one suffix each, as S3's filters allow. */
export const NOTIFICATIONS: readonly { bucket: Bucket; prefix: string; suffix: string; stage: StageName }[] = [
  { bucket: 'studies', prefix: 'incoming/', suffix: '', stage: 'ingest' },
  { bucket: 'work', prefix: 'predictions/', suffix: '.npy', stage: 'gather' },
  { bucket: 'studies', prefix: 'results/', suffix: 'result.json', stage: 'announce' },
  { bucket: 'studies', prefix: 'results/', suffix: 'error.json', stage: 'announce' },
];

/** `studies`: what people see and have rights on. `work`: plans, tensors, predictions; private, versioned, expires. */
export type Bucket = 'studies' | 'work';

/** Tiles that one `infer` message carries: few enough that a killed one loses little. */
export const TILES_PER_MESSAGE = 2;

/** Bounds that keep every stage inside its memory; checked on headers first, and again while inflating. */
export const LIMITS = {
  /** Voxels of one sequence. Four of 512×512×192 were seen to take 2.6 GiB, all stages in one process. */
  voxels: 512 * 512 * 192,
  /** Bytes of one file as stored. */
  fileBytes: 1024 ** 3,
  /** Bytes of one object key, S3's own limit. */
  keyBytes: 1024,
  /** Bytes of a result.json or error.json. */
  documentBytes: 1024 ** 2,
  /** Failures of one tile, as an endpoint tells of them, before its study has failed. */
  tileFailures: 3,
  /** When `reduce` is told a second time of one run: longer than it takes, so that it need not do it twice. */
  secondReduceSeconds: 60,
  /** How long a message waits for what others make; the watchdog looks after the run from then on. */
  waitSeconds: 24 * 3600,
  /** How long `infer` waits for a predictor that starts, throttles or times out. */
  predictorDeadlineSeconds: 6 * 3600,
} as const;

/** The watchdog: how often it looks, and when it takes a run for stalled. */
export const WATCH = {
  /** Its schedule. */
  everySeconds: 300,
  /** Time-outs of the stage that has to move next: two kills, and an attempt that lives. */
  timeouts: 3,
  /** More for standing in queues behind other studies. */
  queueSeconds: 15 * 60,
  /** More for `infer`: a GPU that starts from zero, or works on other studies' tiles. */
  predictorSeconds: 45 * 60,
  /** Times that a run is moved; the wait doubles with each. After the last one the study has failed. */
  nudges: 5,
} as const;

/**
 * How long nothing of a run may have been stored before the watchdog does something, by the stage that it waits for and
 * how often it was moved already. From 18 minutes (`gather`, never moved) to 35 hours (`infer`, moved five times).
 */
export function stalledAfterSeconds(stage: StageName, nudges: number): number {
  const once = WATCH.timeouts * STAGES[stage].timeoutSeconds + WATCH.queueSeconds;
  return (stage === 'infer' ? once + WATCH.predictorSeconds : once) * 2 ** Math.min(nudges, WATCH.nudges);
}
