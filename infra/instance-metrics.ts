import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE, METRICS } from '../functions/contract/metric-names.ts';
import type { StageName } from '../functions/contract/stages.ts';
import type { DeployedName } from './handler-names.ts';

export const PERIOD = Duration.minutes(5);

/** The metrics that this instance's handlers write. */
export function instanceMetrics(instanceId: string) {
  const metric = (metricName: string, stage: DeployedName, statistic: string = Stats.SUM) =>
    new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { service: instanceId, stage },
      statistic,
      period: PERIOD,
    });
  return {
    studiesBegun: metric(METRICS.studiesBegun, 'ingest'),
    studiesCompleted: metric(METRICS.studiesCompleted, 'announce'),
    studiesRefused: metric(METRICS.studiesRefused, 'announce'),
    studiesFailed: metric(METRICS.studiesFailed, 'announce'),
    studiesInFlight: metric(METRICS.studiesInFlight, 'watch', Stats.MAXIMUM),
    runsStalled: metric(METRICS.runsStalled, 'watch'),
    tiles: metric(METRICS.tiles, 'infer'),
    trainingsFailed: metric(METRICS.trainingsFailed, 'training'),
    foreignMessages: (stage: StageName | 'training') => metric(METRICS.foreignMessages, stage),
    latency: (stage: StageName, statistic: string) => metric(METRICS.latency, stage, statistic),
  };
}

export type InstanceMetrics = ReturnType<typeof instanceMetrics>;
