import type { PredictorKind } from '../../functions/contract/environment.ts';
import { STAGE_NAMES, STAGES, type StageName, TILES_PER_MESSAGE } from '../../functions/contract/stages.ts';
import type { SleepyEndpoint } from '../../functions/core/cost/endpoint-hours.ts';
import type { Deployment } from '../../functions/core/cost/monthly-cost.ts';
import type { StageUse, StudyUse } from '../../functions/core/cost/study-cost.ts';
import { type End, parametersAt } from './ends.ts';
import { MEASURED } from './measured.ts';

/** Four sequences as they were uploaded: what the two studies that were measured have. */
const INPUT_BYTES: Readonly<Record<End, number>> = { good: 8.0e6, bad: 6.4e6 };
/** A Lambda that hands a message's tiles on, and one that sends a tile to an endpoint and puts the answer. */
const HAND_ON_SECONDS = 0.2;

/** What one study uses at one end of what is not known; the endpoint's part apart. */
export function studyUseAt(end: End, predictor: PredictorKind): StudyUse {
  const measured = MEASURED.models.unet2d[end === 'good' ? 'aligned' : 'unaligned'];
  const { work, tilesAStudy: tiles, gpu } = parametersAt(end, predictor);
  const inferMessages = Math.ceil(tiles / TILES_PER_MESSAGE);
  const inferSeconds: Record<PredictorKind, number> = {
    lambda: tiles * work.infer,
    async: inferMessages * HAND_ON_SECONDS,
    realtime: tiles * (gpu.tileSeconds + HAND_ON_SECONDS),
  };
  const useOf = (stage: StageName): StageUse => {
    const count = stage === 'gather' ? tiles : stage === 'infer' ? inferMessages : 1;
    const seconds = stage === 'infer' ? inferSeconds[predictor] : count * work[stage];
    return { stage, seconds, count, memoryMb: STAGES[stage].memoryMb };
  };
  const sum = (of: 'studiesBytes' | 'workBytes') => STAGE_NAMES.reduce((total, s) => total + measured[s][of], 0);
  return {
    predictor,
    tiles,
    stages: STAGE_NAMES.map(useOf),
    keptBytes: INPUT_BYTES[end] + sum('studiesBytes'),
    workBytes: sum('workBytes'),
  };
}

export function endpointAt(end: End): SleepyEndpoint {
  const { tilesAStudy, gpu } = parametersAt(end, 'async');
  return {
    startSeconds: gpu.startSeconds,
    idleSeconds: gpu.minutesIn * 60 + gpu.metricLagSeconds,
    busySeconds: tilesAStudy * gpu.tileSeconds,
  };
}

/**
 * What infra/ deploys. Alarms: three a queue, two a Lambda (the watchdog's too), two of studies; an endpoint that sleeps
 * has five more, two of them its target tracking's own; one that is always awake one.
 */
export function deploymentOf(predictor: PredictorKind): Deployment {
  const stages = STAGE_NAMES.length;
  const ofEndpoint = { lambda: 0, async: 5, realtime: 1 }[predictor];
  return {
    kmsKeys: 3,
    queues: stages,
    alarms: 3 * stages + 2 * (stages + 1) + 2 + ofEndpoint,
    dashboards: 1,
    metricsAlways: 2,
    // Messages by verdict (two usual ones) and latency by stage; tiles, and studies begun and completed.
    metricsWithStudies: 3 * stages + 3,
  };
}
