import { STAGE_NAMES } from '../../functions/contract/stages.ts';
import { PRICES } from '../../functions/core/cost/prices.ts';
import { lambdaCost, studyCost } from '../../functions/core/cost/study-cost.ts';
import type { Trouble } from './meter.ts';
import type { Simulated } from './simulate.ts';

/** One simulated day in a row of a table. Times in minutes. */
export interface Outcome {
  completed: number;
  /** By what ended them. */
  failed: Readonly<Record<string, number>>;
  medianMinutes: number;
  p99Minutes: number;
  /** From the first arrival to the last result. */
  hours: number;
  /** Longest queue, and which. */
  longestQueue: { stage: string; messages: number };
  mostRunning: number;
  mostInstances: number;
  mostBacklog: number;
  usd: number;
  troubles: readonly { trouble: Trouble; count: number; firstMinute: number }[];
}

/** Sums up a day. */
export function outcomeOf(day: Simulated): Outcome {
  const { studies, meter } = day;
  const done = studies.filter((s) => s.completedAt !== undefined);
  const minutes = done.map((s) => (s.completedAt! - s.arrivedAt) / 60).sort((a, b) => a - b);
  const failed: Record<string, number> = {};
  for (const { completedAt, failed: why } of studies)
    if (completedAt === undefined) failed[why ?? 'nobody knows'] = (failed[why ?? 'nobody knows'] ?? 0) + 1;
  return {
    completed: done.length,
    failed,
    medianMinutes: quantile(minutes, 0.5),
    p99Minutes: quantile(minutes, 0.99),
    hours: Math.max(0, ...done.map((s) => s.completedAt!)) / 3600,
    longestQueue: longestQueue(day),
    mostRunning: Math.max(...meter.minutes.map((m) => m.running)),
    mostInstances: Math.max(...meter.minutes.map((m) => m.instances)),
    mostBacklog: Math.max(...meter.minutes.map((m) => m.backlog)),
    usd: usdOf(day),
    troubles: Object.entries(meter.troubles)
      .map(([trouble, { count, firstAt }]) => ({ trouble: trouble as Trouble, count, firstMinute: firstAt / 60 }))
      .sort((a, b) => a.firstMinute - b.firstMinute),
  };
}

/** The smallest value that at least a share q of all are not above; NaN of none. */
export const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;

function longestQueue({ meter }: Simulated): Outcome['longestQueue'] {
  const tops = STAGE_NAMES.map((stage) => ({
    stage,
    messages: Math.max(...meter.minutes.map((m) => m.waiting[stage])),
  }));
  return tops.reduce((a, b) => (b.messages > a.messages ? b : a));
}

/** All that the studies caused: Lambdas and their requests, instances; what stands idle is not in it. */
function usdOf({ parameters, studies, meter }: Simulated): number {
  const stages = STAGE_NAMES.map((stage) => ({
    stage,
    seconds: meter.billedSeconds[stage],
    count: meter.invocations[stage],
    memoryMb: parameters.stages[stage].memoryMb,
  }));
  const lambda = stages.reduce((sum, use) => sum + lambdaCost(use), 0);
  const { predictor, tilesAStudy: tiles } = parameters;
  const usual = studyCost({
    predictor,
    tiles,
    stages: [{ stage: 'infer', seconds: 0, memoryMb: 0, count: tiles / 2 }],
  });
  // Beyond the usual ones: receive and delete of a message that was held back, and its fresh copy.
  const copies = 3 * (meter.troubles['held back']?.count ?? 0) * PRICES.sqsRequest;
  const gpu = (meter.instanceSeconds / 3600) * PRICES.endpointHour;
  return lambda + studies.length * usual.requests + copies + gpu;
}
