import { Duration } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { addAlarm } from './alarms.ts';
import { endpointMetric } from './endpoint-scaling.ts';
import { VARIANT } from './model-endpoint.ts';

const PERIOD = Duration.minutes(5);

/** An asynchronous endpoint fails on requests, or does not start although some wait. */
export function addAsyncAlarms(scope: Construct, name: string, topic: ITopic): void {
  addAlarm(scope, 'Errors', topic, {
    section: 'endpoint-errors',
    says: `Neurotile: the endpoint ${name} fails on tiles`,
    metric: ofVariant(endpointMetric(name, 'InvocationFailures', Stats.SUM, PERIOD), name),
    above: 0,
  });
  addAlarm(scope, 'DoesNotStart', topic, {
    section: 'endpoint-does-not-start',
    says: `Neurotile: tiles have waited half an hour for the endpoint ${name}, which has no instance`,
    metric: endpointMetric(name, 'HasBacklogWithoutCapacity', Stats.MINIMUM, PERIOD),
    above: 0,
    periods: 6,
  });
}

/** A realtime endpoint answers with an error of its own. */
export function addRealtimeAlarms(scope: Construct, name: string, topic: ITopic): void {
  addAlarm(scope, 'Errors', topic, {
    section: 'endpoint-errors',
    says: `Neurotile: the endpoint ${name} fails on tiles`,
    metric: ofVariant(endpointMetric(name, 'Invocation5XXErrors', Stats.SUM, PERIOD), name),
    above: 0,
  });
}

/** SageMaker counts requests by variant, and what waits by endpoint. */
const ofVariant = (metric: Metric, name: string) =>
  metric.with({ dimensionsMap: { EndpointName: name, VariantName: VARIANT } });
