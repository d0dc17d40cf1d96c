import { PREDICTORS, type PredictorKind } from '../../functions/contract/environment.ts';
import { idleCost, type MonthlyCost, monthlyCost } from '../../functions/core/cost/monthly-cost.ts';
import { HOURS_A_MONTH, PRICES } from '../../functions/core/cost/prices.ts';
import { lambdaCost, studyCost } from '../../functions/core/cost/study-cost.ts';
import { studyRequests } from '../../functions/core/cost/study-requests.ts';
import { ENDS, type End } from './ends.ts';
import { deploymentOf, endpointAt, studyUseAt } from './study-use.ts';

export const tileSeconds = (end: End) => endpointAt(end).busySeconds / studyUseAt(end, 'async').tiles;

/** Both ends, the smaller first; one where they are the same. */
export const range = (of: (end: End) => number | string) =>
  [...new Set(ENDS.map((e) => String(of(e))))].sort((a, b) => Number(a) - Number(b)).join(' to ');

/** Dollars with as many places as it takes to see anything. */
export function usd(amount: number): string {
  if (amount === 0) return '0';
  if (amount >= 100) return amount.toFixed(0);
  return amount >= 1 ? amount.toFixed(2) : amount.toPrecision(2).replace(/e-7$/, 'e-7');
}

const monthAt = (end: End, predictor: PredictorKind, studies: number): MonthlyCost =>
  monthlyCost(studies, studyUseAt(end, predictor), endpointAt(end), deploymentOf(predictor));

export function monthRow(predictor: PredictorKind, studies: number): string {
  const cell = (of: (m: MonthlyCost) => string) => range((end) => of(monthAt(end, predictor, studies)));
  const cells = [
    cell((m) => usd(m.idleTotal)),
    cell((m) => usd(m.studies)),
    cell((m) => m.endpointHours.toFixed(m.endpointHours < 10 ? 1 : 0)),
    cell((m) => usd(m.endpoint)),
    `**${cell((m) => usd(m.total))}**`,
  ];
  return `| \`${predictor}\` | ${studies.toLocaleString('en')} | ${cells.join(' | ')} |`;
}

export const pollsAMonth = () => idleCost(deploymentOf('lambda'))['polling of queues'] / PRICES.sqsRequest;

/** Less ten alarms, the dashboard, ten metrics, a million SQS requests, and the watchdog's Lambda. */
export function freeIdle(): number {
  const all = idleCost(deploymentOf('lambda'));
  const free = 10 * PRICES.alarmMonth + 1e6 * PRICES.sqsRequest + all.dashboards + all['metrics of the watchdog'];
  return Object.values(all).reduce((a, b) => a + b, 0) - free - all.watchdog;
}

export function idleTable(): string {
  const of = (p: PredictorKind) => idleCost(deploymentOf(p));
  const { kmsKeys, queues, metricsAlways } = deploymentOf('lambda');
  const how: Readonly<Record<string, string>> = {
    'KMS keys': `${kmsKeys} × ${PRICES.kmsKeyMonth}`,
    'polling of queues': `${queues} queues × 5 × ${3600 / 20} an hour × ${HOURS_A_MONTH} h = ${((queues * 5 * 180 * HOURS_A_MONTH) / 1e6).toFixed(1)} million × ${PRICES.sqsRequest * 1e6} a million`,
    alarms: `${PREDICTORS.map((p) => deploymentOf(p).alarms).join(', ')} × ${PRICES.alarmMonth}`,
    dashboards: `1 × ${PRICES.dashboardMonth}`,
    'metrics of the watchdog': `${metricsAlways} × ${PRICES.metricMonth}`,
    watchdog: `every 5 minutes, ${12 * HOURS_A_MONTH} times: 0.25 GB-s, an invocation, a LIST`,
  };
  const rows = Object.keys(how).map(
    (what) => `| ${what} | ${how[what]} | ${PREDICTORS.map((p) => usd(of(p)[what])).join(' | ')} |`,
  );
  const totals = PREDICTORS.map((p) => usd(Object.values(of(p)).reduce((a, b) => a + b, 0)));
  const gpu = `| a GPU that never sleeps | ${HOURS_A_MONTH} h × ${PRICES.endpointHour} | 0 | 0 | ${usd(HOURS_A_MONTH * PRICES.endpointHour)} |`;
  return `| what | how | ${PREDICTORS.map((p) => `\`${p}\``).join(' | ')} |
| --- | --- | ---: | ---: | ---: |
${rows.join('\n')}
| **together, but for a GPU** | | ${totals.map((t) => `**${t}**`).join(' | ')} |
${gpu}`;
}

export function studyRows(): string[] {
  const costs = PREDICTORS.flatMap((p) => ENDS.map((e) => studyCost(studyUseAt(e, p))));
  const row = (what: string, of: (n: number) => number) =>
    `| ${what} | ${costs.map((_, n) => usd(of(n))).join(' | ')} |`;
  const stages = Object.keys(costs[0].byStage).map((s) => row(`Lambda: ${s}`, (n) => costs[n].byStage[s]));
  return [
    ...stages,
    row('requests, logs, traces', (n) => costs[n].requests),
    row('storage, first month', (n) => costs[n].storage),
    row('**together, but for a GPU**', (n) => costs[n].total),
  ];
}

export function studyArithmetic(end: End): string {
  const use = studyUseAt(end, 'lambda');
  const stages = use.stages.map(
    (s) =>
      `${s.stage}: ${s.memoryMb} / 1,024 GB × ${s.seconds.toFixed(3)} s × ${PRICES.lambdaGbSecond} + ${s.count} × ${PRICES.lambdaInvocation.toExponential(0)} = ${usd(lambdaCost(s))}`,
  );
  const tileMessages = use.stages.find((s) => s.stage === 'infer')!.count;
  const { s3Writes, s3Reads, sqs } = studyRequests(use.tiles, tileMessages);
  return [
    ...stages,
    `S3: ${s3Writes} PUT and LIST × ${PRICES.s3Write} + ${s3Reads} GET and HEAD × ${PRICES.s3Read.toExponential(0)} = ${usd(s3Writes * PRICES.s3Write + s3Reads * PRICES.s3Read)}`,
    `SQS: ${sqs} × ${PRICES.sqsRequest.toExponential(0)} = ${usd(sqs * PRICES.sqsRequest)}`,
    `storage: ${((use.keptBytes ?? 0) / 1e6).toFixed(0)} MB kept + ${((use.workBytes ?? 0) / 1e6).toFixed(0)} MB of tensors and predictions for 16 of 30 days, × ${PRICES.s3GbMonth} a GB`,
  ]
    .map((line) => `- ${line}`)
    .join('\n');
}
