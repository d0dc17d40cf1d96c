import { Dashboard, GraphWidget, type IMetric, MathExpression, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { STAGE_NAMES, type StageName } from '../../functions/contract/stages.ts';
import { type InstanceMetrics, PERIOD } from '../instance-metrics.ts';
import type { Queues } from '../statements.ts';

interface DashboardProps {
  readonly queues: Queues;
  readonly deadLetters: Queues;
  readonly metrics: InstanceMetrics;
}

const WIDTH = 12;

/** What an operator looks at first: how many studies, how long, what waits, what was given up. */
export function addDashboard(
  scope: Construct,
  id: string,
  { queues, deadLetters, metrics }: DashboardProps,
): Dashboard {
  const visible = (of: Queues) => (stage: StageName) =>
    of[stage].metricApproximateNumberOfMessagesVisible({ period: PERIOD, label: stage, statistic: 'Maximum' });
  const latency = (stage: StageName, statistic: string) => metrics.latency(stage, statistic).with({ label: stage });
  const { studiesInFlight, studiesBegun, studiesCompleted, studiesRefused, studiesFailed } = metrics;
  return new Dashboard(scope, id, {
    widgets: [
      [
        new TextWidget({
          markdown: 'Neurotile. Research use only, not a medical device.',
          width: 2 * WIDTH,
          height: 1,
        }),
      ],
      [
        graph('Studies in flight', [studiesInFlight.with({ label: 'in flight' })]),
        graph('Studies', [
          studiesBegun.with({ label: 'begun' }),
          studiesCompleted.with({ label: 'completed' }),
          studiesRefused.with({ label: 'refused' }),
          studiesFailed.with({ label: 'failed' }),
        ]),
      ],
      [
        graph(
          'Seconds from sent to done, median',
          STAGE_NAMES.map((stage) => latency(stage, 'p50')),
        ),
        graph(
          'Seconds from sent to done, 99th percentile',
          STAGE_NAMES.map((stage) => latency(stage, 'p99')),
        ),
      ],
      [graph('Tiles a second', [tilesPerSecond(metrics)]), graph('Waiting messages', STAGE_NAMES.map(visible(queues)))],
      [
        graph('Dead letters', STAGE_NAMES.map(visible(deadLetters))),
        graph('Runs that stood still', [metrics.runsStalled.with({ label: 'stalled' })]),
      ],
    ],
  });
}

const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: WIDTH });

const tilesPerSecond = ({ tiles }: InstanceMetrics) =>
  new MathExpression({
    expression: 'tiles / PERIOD(tiles)',
    usingMetrics: { tiles },
    period: PERIOD,
    label: 'tiles a second',
  });
