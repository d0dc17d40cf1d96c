import type { PredictorKind } from '../../functions/contract/environment.ts';
import { LIMITS, STAGES, type StageName } from '../../functions/contract/stages.ts';
import { MEASURED, type MeasuredStudy } from './measured.ts';
import type { GpuParameters, Parameters } from './parameters.ts';

/** The two ends of what is not known: every row of docs/scale.md is run at both. */
export type End = 'good' | 'bad';
export const ENDS: readonly End[] = ['good', 'bad'];

/**
 * Not measured here, with where the two ends come from:
 * Lambda against this machine: 3,008 MB are 1.7 of a core each; the same, or half as fast once S3's way is added.
 * GPU tile: an A10G was never run; 2 cores take 0.3 s for a tile of the 2D model.
 * Instance start: AWS measured 134 to 525 s to scale out GPU instances, 216 and 346 s on ml.g5.xlarge, with and without
 * its image in a cache.
 */
const ENDPOINTS: Readonly<Record<End, { slower: number; tile: number; start: number; lag: number; cold: number }>> = {
  good: { slower: 1, tile: 0.05, start: 216, lag: 60, cold: 1 },
  bad: { slower: 2, tile: 0.3, start: 525, lag: 180, cold: 8 },
};

/** S3 and SQS take this long in a Lambda for a message that computes nothing; here they are files. */
const ROUND_TRIPS: Readonly<Record<End, number>> = { good: 0.1, bad: 0.4 };

/** The deployed stack with the model that is the default, 10,000 studies in an hour. */
export function parametersAt(end: End, predictor: PredictorKind): Parameters {
  const { slower, tile, start, lag, cold } = ENDPOINTS[end];
  const study = MEASURED.models.unet2d[end === 'good' ? 'aligned' : 'unaligned'];
  const tilesAStudy = study.gather.messages;
  return {
    predictor,
    seed: 1,
    studies: 10_000,
    arrivalSeconds: 3600,
    stages: { ...STAGES },
    accountConcurrency: 1000,
    work: workOf(study, tilesAStudy, slower, ROUND_TRIPS[end]),
    spread: 0.3,
    tilesAStudy,
    coldStartSeconds: cold,
    killedShare: end === 'good' ? 0 : 0.001,
    throttled: end === 'good' ? 'held' : 'returned',
    pollerPauseSeconds: 5,
    eventSeconds: end === 'good' ? 1 : 5,
    watchedRuns: 500,
    movedRuns: 50,
    reduceAgainSeconds: LIMITS.secondReduceSeconds,
    gpu: gpuOf(predictor, { tile, start, lag }),
    deadlineSeconds: LIMITS.predictorDeadlineSeconds,
  };
}

function workOf(study: MeasuredStudy, tiles: number, slower: number, trips: number): Record<StageName, number> {
  const names = Object.keys(study) as StageName[];
  return Object.fromEntries(
    names.map((stage) => {
      const pieces = stage === 'infer' || stage === 'gather' ? tiles : 1;
      return [stage, trips + (slower * study[stage].seconds) / pieces];
    }),
  ) as Record<StageName, number>;
}

function gpuOf(
  predictor: PredictorKind,
  { tile, start, lag }: { tile: number; start: number; lag: number },
): GpuParameters {
  return {
    tileSeconds: tile,
    startSeconds: start,
    minInstances: predictor === 'realtime' ? 1 : 0,
    maxInstances: 1,
    targetBacklog: 20,
    metricLagSeconds: lag,
    minutesOut: 3,
    minutesIn: 15,
    cooldownOutSeconds: 120,
    cooldownInSeconds: 600,
    mostWaiting: 2000,
    holdBackSeconds: 60,
    requestTtlSeconds: LIMITS.predictorDeadlineSeconds,
    realtimeTimeoutSeconds: 60,
  };
}
