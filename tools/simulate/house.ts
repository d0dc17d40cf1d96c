import type { Random } from '../../functions/core/random.ts';
import type { Meter } from './meter.ts';
import type { Parameters } from './parameters.ts';
import type { SimulatedPredictor } from './predictors.ts';
import type { Timeline } from './timeline.ts';
import type { Workers } from './workers.ts';

/** What the parts of one simulation share; the two that need the others are asked for when they are there. */
export interface House {
  timeline: Timeline;
  random: Random;
  parameters: Parameters;
  meter: Meter;
  workers(): Workers;
  predictor(): SimulatedPredictor;
}
