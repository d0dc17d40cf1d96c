import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { STAGE_NAMES } from '../../functions/contract/stages.ts';
import type { HandlerName } from '../handler-names.ts';
import { type InstanceMetrics, PERIOD } from '../instance-metrics.ts';
import type { Queues } from '../statements.ts';

export interface AlarmSpec {
  /** Heading of docs/runbook.md, as its link. */
  readonly section: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly above: number;
  /** Periods in a row. */
  readonly periods?: number;
}

/** An alarm that says what it means, and where to read what to do. It falls silent by itself. */
export function addAlarm(scope: Construct, id: string, topic: ITopic, spec: AlarmSpec): Alarm {
  const alarm = new Alarm(scope, id, {
    alarmDescription: `${spec.says}. What to do: docs/runbook.md#${spec.section}`,
    metric: spec.metric,
    threshold: spec.above,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: spec.periods ?? 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  return alarm;
}

interface AlarmsProps {
  readonly topic: ITopic;
  readonly queues: Queues;
  readonly deadLetters: Queues;
  readonly functions: Readonly<Record<HandlerName, LambdaFunction>>;
  readonly metrics: InstanceMetrics;
}

/** A message that waits longer has met a crowd, or nobody reads. */
const OLD = Duration.hours(2);

/** What somebody has to look at. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { topic, queues, deadLetters, functions, metrics } = props;
    for (const stage of STAGE_NAMES) {
      addAlarm(this, `DeadLetters-${stage}`, topic, {
        section: 'dead-letters',
        says: `Neurotile: ${stage} gave up on a message`,
        metric: deadLetters[stage].metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
        above: 0,
      });
      addAlarm(this, `OldMessages-${stage}`, topic, {
        section: 'old-messages',
        says: `Neurotile: a message to ${stage} has waited for more than ${OLD.toHumanString()}`,
        metric: queues[stage].metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
        above: OLD.toSeconds(),
      });
      addAlarm(this, `ForeignMessages-${stage}`, topic, {
        section: 'foreign-messages',
        says: `Neurotile: the queue of ${stage} held messages that are none of ours`,
        metric: metrics.foreignMessages(stage),
        above: 0,
      });
    }
    for (const [name, worker] of Object.entries(functions)) {
      addAlarm(this, `FunctionErrors-${name}`, topic, {
        section: 'function-errors',
        says: `Neurotile: the Lambda of ${name} crashes, or runs out of time or memory`,
        metric: worker.metricErrors({ period: PERIOD }),
        above: 2,
      });
      addAlarm(this, `FunctionThrottles-${name}`, topic, {
        section: 'function-throttles',
        says: `Neurotile: Lambda turns calls of ${name} away, for a quarter of an hour by now`,
        metric: worker.metricThrottles({ period: PERIOD }),
        above: 0,
        periods: 3,
      });
    }
    addAlarm(this, 'StudiesFailed', topic, {
      section: 'studies-failed',
      says: 'Neurotile: a study failed, and not by its own fault',
      metric: metrics.studiesFailed,
      above: 0,
    });
    addAlarm(this, 'RunsStalled', topic, {
      section: 'runs-stalled',
      says: 'Neurotile: the watchdog found a run that stood still',
      metric: metrics.runsStalled,
      above: 0,
    });
  }
}
