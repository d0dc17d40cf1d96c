import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';

const LOOK_EVERY_MS = 30_000;
/** CloudWatch has a value a minute, some minutes late. */
const PERIOD_SECONDS = 60;
const LOOK_BACK_MS = 5 * 60_000;

/**
 * How many requests wait at an asynchronous endpoint, as CloudWatch last knew: at most one look every 30 s, however
 * often it is asked. 0 where it knows nothing or cannot be asked: who does not know goes on.
 */
export function createBacklog({
  cloudWatch,
  nowMs,
}: {
  cloudWatch: CloudWatchClient;
  nowMs: () => number;
}): (endpoint: string) => Promise<number> {
  const looks = new Map<string, { atMs: number; size: Promise<number> }>();
  return (endpoint) => {
    const last = looks.get(endpoint);
    if (last && nowMs() - last.atMs < LOOK_EVERY_MS) return last.size;
    const size = look(cloudWatch, endpoint, nowMs()).catch(() => 0);
    looks.set(endpoint, { atMs: nowMs(), size });
    return size;
  };
}

async function look(cloudWatch: CloudWatchClient, endpoint: string, nowMs: number): Promise<number> {
  const Metric = {
    Namespace: 'AWS/SageMaker',
    MetricName: 'ApproximateBacklogSize',
    Dimensions: [{ Name: 'EndpointName', Value: endpoint }],
  };
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'backlog', MetricStat: { Metric, Period: PERIOD_SECONDS, Stat: 'Maximum' } }],
      StartTime: new Date(nowMs - LOOK_BACK_MS),
      EndTime: new Date(nowMs),
      ScanBy: 'TimestampDescending',
    }),
  );
  return MetricDataResults[0]?.Values?.[0] ?? 0;
}
