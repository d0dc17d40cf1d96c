import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS } from '../../contract/metric-names.ts';
import type { EventBus, StudyEvent } from '../../pipeline/ports.ts';
import type { ModelEvents } from '../../pipeline/training/ports.ts';
import type { Tools } from './powertools.ts';

const METRIC_OF: Record<StudyEvent['type'], string> = {
  'Study Completed': METRICS.studiesCompleted,
  'Study Refused': METRICS.studiesRefused,
  'Study Failed': METRICS.studiesFailed,
};

/** A bus whose events are counted by how the study ended: one that is told twice counts twice. */
export function countEvents(bus: EventBus, { metrics }: Tools): EventBus {
  return {
    async publish(event) {
      await bus.publish(event);
      metrics.addMetric(METRIC_OF[event.type], MetricUnit.Count, 1);
    },
  };
}

/** The same for events about models, of which failures alone are counted. */
export function countFailures(bus: ModelEvents, { metrics }: Tools): ModelEvents {
  return {
    async publish(event) {
      await bus.publish(event);
      if (event.type === 'Training Failed') metrics.addMetric(METRICS.trainingsFailed, MetricUnit.Count, 1);
    },
  };
}
