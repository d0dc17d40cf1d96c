import type { Endpoint } from './endpoint.ts';
import type { Meter } from './meter.ts';
import type { GpuParameters } from './parameters.ts';
import type { Timeline } from './timeline.ts';

const MINUTE = 60;

/** CloudWatch's view of an endpoint: a value a minute, seen late. */
export interface Metrics {
  /** Requests that waited, as far as anybody knows by now. */
  backlogSeen(): number;
}

/**
 * The two policies that an endpoint which sleeps needs: a step from zero where requests wait and nobody is there, and
 * target tracking on the backlog per instance: `minutesOut` values in a row above the target set instances to
 * instances × value / target, `minutesIn` values below nine tenths of it do the same downwards.
 */
export function startScaling({
  timeline,
  endpoint,
  gpu,
  meter,
  isOver,
}: {
  timeline: Timeline;
  endpoint: Endpoint;
  gpu: GpuParameters;
  meter: Meter;
  isOver(): boolean;
}): Metrics {
  const values: { backlog: number; instances: number }[] = [];
  let resizedAt = Number.NEGATIVE_INFINITY;

  const lag = Math.round(gpu.metricLagSeconds / MINUTE);
  const lastSeen = () => values.length - 1 - lag;
  const latest = (n: number) => values.slice(Math.max(0, lastSeen() + 1 - n), Math.max(0, lastSeen() + 1));

  function everyMinute(): void {
    values.push({ backlog: endpoint.backlog(), instances: endpoint.ready() });
    meter.instanceSeconds += MINUTE * endpoint.ready();
    decide(latest(Math.max(gpu.minutesIn, gpu.minutesOut)));
    if (!isOver() || endpoint.wanted() > gpu.minInstances) timeline.after(MINUTE, everyMinute);
  }

  function decide(known: typeof values): void {
    const last = known.at(-1);
    if (!last) return;
    if (endpoint.wanted() === 0) {
      if (last.backlog > 0) endpoint.want(1);
      return;
    }
    if (endpoint.ready() === 0) return;
    const quiet = timeline.now() - resizedAt;
    const isAbove = isAll(known.slice(-gpu.minutesOut), gpu.minutesOut, (load) => load > gpu.targetBacklog);
    const isBelow = isAll(known.slice(-gpu.minutesIn), gpu.minutesIn, (load) => load < 0.9 * gpu.targetBacklog);
    if ((isAbove && quiet >= gpu.cooldownOutSeconds) || (isBelow && quiet >= gpu.cooldownInSeconds)) resize(last);
  }

  function resize({ backlog, instances }: { backlog: number; instances: number }): void {
    const before = endpoint.wanted();
    // instances × (backlog / instances) / target
    endpoint.want(instances === 0 ? before : Math.ceil(backlog / gpu.targetBacklog));
    if (endpoint.wanted() !== before) resizedAt = timeline.now();
  }

  timeline.after(MINUTE, everyMinute);
  return { backlogSeen: () => values[lastSeen()]?.backlog ?? 0 };
}

/** Without an instance there is no backlog per instance: the metric has no value then. */
const isAll = (
  values: readonly { backlog: number; instances: number }[],
  wanted: number,
  is: (load: number) => boolean,
) => values.length === wanted && values.every((v) => v.instances > 0 && is(v.backlog / v.instances));
