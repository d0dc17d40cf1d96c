import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type InstanceMetrics, PERIOD } from '../instance-metrics.ts';
import { addAlarm } from './alarms.ts';

interface TrainingAlarmsProps {
  readonly topic: ITopic;
  readonly deadLetters: Queue;
  readonly worker: LambdaFunction;
  readonly metrics: InstanceMetrics;
}

/** What somebody has to look at on the road of training. */
export function addTrainingAlarms(
  scope: Construct,
  { topic, deadLetters, worker, metrics }: TrainingAlarmsProps,
): void {
  addAlarm(scope, 'DeadLetters', topic, {
    section: 'training-dead-letters',
    says: 'Neurotile: a dataset, a job or a gate was given up on',
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
    above: 0,
  });
  addAlarm(scope, 'Failed', topic, {
    section: 'training-failed',
    says: 'Neurotile: a training job came to no model',
    metric: metrics.trainingsFailed,
    above: 0,
  });
  addAlarm(scope, 'FunctionErrors', topic, {
    section: 'function-errors',
    says: 'Neurotile: the Lambda of training crashes, or runs out of time or memory',
    metric: worker.metricErrors({ period: PERIOD }),
    above: 2,
  });
  addAlarm(scope, 'ForeignMessages', topic, {
    section: 'foreign-messages',
    says: 'Neurotile: the queue of training held messages that are none of ours',
    metric: metrics.foreignMessages('training'),
    above: 0,
  });
}
