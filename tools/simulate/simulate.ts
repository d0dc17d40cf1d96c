import { STAGE_NAMES } from '../../functions/contract/stages.ts';
import { createRandom } from '../../functions/core/random.ts';
import { createEndpoint } from './endpoint.ts';
import type { House } from './house.ts';
import { createMeter, type Meter } from './meter.ts';
import type { Parameters } from './parameters.ts';
import {
  createAsyncPredictor,
  createLambdaPredictor,
  createRealtimePredictor,
  type SimulatedPredictor,
} from './predictors.ts';
import { createRoad } from './road.ts';
import { startScaling } from './scaling.ts';
import { createStudy, type Study } from './study.ts';
import { createTimeline } from './timeline.ts';
import { startWatchdog } from './watchdog.ts';
import { createWorkers, type Workers } from './workers.ts';

export interface Simulated {
  parameters: Parameters;
  studies: readonly Study[];
  meter: Meter;
  /** When the last thing happened. */
  endedAt: number;
}

const MINUTE = 60;

/** One simulated day: the same parameters, seed included, give the same day. */
export function simulate(parameters: Parameters): Simulated {
  const timeline = createTimeline();
  const random = createRandom(parameters.seed);
  const meter = createMeter();
  const studies = arrivals(parameters, createRandom(`arrivals ${parameters.seed}`));
  let workers: Workers | undefined;
  let predictor: SimulatedPredictor | undefined;
  const house: House = { timeline, random, parameters, meter, workers: () => workers!, predictor: () => predictor! };
  const road = createRoad(house);
  workers = createWorkers({ ...house, work: road.work, buried: ({ study }) => road.fail(study, 'dead letter') });

  let ended = 0; // Studies before this one have ended: none of them is looked at again.
  const isOver = () => {
    while (ended < studies.length && hasEnded(studies[ended])) ended++;
    return ended === studies.length;
  };
  const endpoint = createEndpoint(house);
  if (parameters.predictor === 'lambda') predictor = createLambdaPredictor(house);
  else {
    const metrics = startScaling({ ...house, endpoint, gpu: parameters.gpu, isOver });
    predictor =
      parameters.predictor === 'async'
        ? createAsyncPredictor(house, endpoint, metrics)
        : createRealtimePredictor(house, endpoint);
  }
  for (const study of studies) {
    const first = { stage: 'ingest', study, tiles: [], firstSentAt: study.arrivedAt, receives: 0 } as const;
    timeline.after(study.arrivedAt, () => house.workers().send({ ...first }));
  }
  startWatchdog(house, studies, road, isOver);
  everyMinute();
  timeline.run();
  return { parameters, studies, meter, endedAt: timeline.now() };

  function everyMinute(): void {
    meter.minutes.push({
      minute: Math.round(timeline.now() / MINUTE),
      waiting: Object.fromEntries(STAGE_NAMES.map((s) => [s, house.workers().waiting(s)])) as Record<
        (typeof STAGE_NAMES)[number],
        number
      >,
      running: house.workers().running(),
      instances: parameters.predictor === 'lambda' ? 0 : endpoint.ready(),
      backlog: endpoint.backlog(),
      completed: studies.reduce((sum, s) => sum + (s.completedAt === undefined ? 0 : 1), 0),
    });
    if (!isOver()) timeline.after(MINUTE, everyMinute);
  }
}

const hasEnded = ({ completedAt, failed }: Study) => completedAt !== undefined || failed !== undefined;

/** A Poisson process, given how many came: independent uniform times, in order. */
function arrivals(
  { studies, arrivalSeconds, tilesAStudy }: Parameters,
  random: ReturnType<typeof createRandom>,
): Study[] {
  const times = Array.from({ length: studies }, () => random.uniform(0, arrivalSeconds)).sort((a, b) => a - b);
  return times.map((at, id) => createStudy(id, at, tilesAStudy));
}
