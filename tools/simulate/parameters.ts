import type { PredictorKind } from '../../functions/contract/environment.ts';
import type { Stage, StageName } from '../../functions/contract/stages.ts';

/** All that a simulated day depends on. Times in seconds. */
export interface Parameters {
  predictor: PredictorKind;
  seed: number;
  /** That come at random times within `arrivalSeconds`. */
  studies: number;
  arrivalSeconds: number;
  stages: Record<StageName, Stage>;
  /** Lambdas at once in the whole account. */
  accountConcurrency: number;
  /** One message of each stage; of `infer`, one tile. Durations are uniform within ± `spread` of it. */
  work: Record<StageName, number>;
  spread: number;
  tilesAStudy: number;
  /** The first invocation of an execution environment takes longer by so much. */
  coldStartSeconds: number;
  /** Share of invocations that are killed midway. */
  killedShare: number;
  /**
   * What becomes of a batch that the account has no room for. `held`: its poller asks again each second until the
   * messages show again. `returned`: the messages are hidden for their time-out, one receive poorer. AWS says of neither how often.
   */
  throttled: 'held' | 'returned';
  /** Until a poller whose batch was returned takes the next one. */
  pollerPauseSeconds: number;
  /** From an object to the message that tells of it. */
  eventSeconds: number;
  /** Runs that one round of the watchdog looks at, and moves, at most. */
  watchedRuns: number;
  movedRuns: number;
  /** Until `reduce` is told once more, by a `gather` that finds the list of predictions there already. */
  reduceAgainSeconds: number;
  gpu: GpuParameters;
  deadlineSeconds: number;
}

export interface GpuParameters {
  /** One tile on one instance. */
  tileSeconds: number;
  /** From the wish for an instance to its first answer. */
  startSeconds: number;
  minInstances: number;
  maxInstances: number;
  /** Waiting requests an instance that target tracking aims at. */
  targetBacklog: number;
  /** Until CloudWatch shows a minute's value. */
  metricLagSeconds: number;
  /** Minutes in a row above, and below, that move the target tracking. */
  minutesOut: number;
  minutesIn: number;
  cooldownOutSeconds: number;
  cooldownInSeconds: number;
  /** `infer` holds back while more than these wait, and how long. */
  mostWaiting: number;
  holdBackSeconds: number;
  /** An asynchronous request older than this is lost; a realtime one is given up by its caller. */
  requestTtlSeconds: number;
  realtimeTimeoutSeconds: number;
}
