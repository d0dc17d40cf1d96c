import { billedSecondsAStudy, type SleepyEndpoint } from './endpoint-hours.ts';
import { HOURS_A_MONTH, PRICES } from './prices.ts';
import { KMS_REQUESTS_ALONE, type PredictorName, type StudyUse, studyCost } from './study-cost.ts';

/** What stands in a deployment whether anybody uploads or not. */
export interface Deployment {
  kmsKeys: number;
  queues: number;
  alarms: number;
  dashboards: number;
  /** Custom metrics that the watchdog writes all day long. */
  metricsAlways: number;
  /** Custom metrics that studies write, in the hours in which there are any. */
  metricsWithStudies: number;
}

export interface MonthlyCost {
  /** By what is billed; all of it is there without one study. */
  idle: Readonly<Record<string, number>>;
  idleTotal: number;
  /** One study, all but the GPU. */
  aStudy: number;
  /** All studies of the month together, the idle part left out. */
  studies: number;
  /** The GPU instances of the month; `realtime` has them without a study too. */
  endpoint: number;
  /** Instance hours behind that. */
  endpointHours: number;
  total: number;
}

/** Lambda polls each queue with five long polls of 20 s, all day. */
const POLLS_A_MONTH = (5 * 3600 * HOURS_A_MONTH) / 20;
const WATCHES_A_MONTH = (60 / 5) * HOURS_A_MONTH;
/** One look of the watchdog where nothing is under way, GB-seconds: half a second of 512 MB. */
const WATCH_GB_SECONDS = 0.25;
/** KMS is asked again after five minutes, however many studies there are. */
const MOST_KMS_REQUESTS = KMS_REQUESTS_ALONE * WATCHES_A_MONTH;

/** What a deployment costs in a month without a study, but for a GPU that never sleeps. */
export function idleCost({ kmsKeys, queues, alarms, dashboards, metricsAlways }: Deployment): Record<string, number> {
  return {
    'KMS keys': kmsKeys * PRICES.kmsKeyMonth,
    'polling of queues': queues * POLLS_A_MONTH * PRICES.sqsRequest,
    alarms: alarms * PRICES.alarmMonth,
    dashboards: dashboards * PRICES.dashboardMonth,
    'metrics of the watchdog': metricsAlways * PRICES.metricMonth,
    watchdog: WATCHES_A_MONTH * (WATCH_GB_SECONDS * PRICES.lambdaGbSecond + PRICES.lambdaInvocation + PRICES.s3Write),
  };
}

/**
 * A month of a deployment at list prices, US dollars: studies that come at random all month long.
 * @param study what one study uses; its endpointSeconds are left out, `endpoint` says it better
 */
export function monthlyCost(
  studies: number,
  study: StudyUse,
  endpoint: SleepyEndpoint,
  deployment: Deployment,
): MonthlyCost {
  const idle = idleCost(deployment);
  const idleTotal = Object.values(idle).reduce((a, b) => a + b, 0);
  const alone = studyCost({ ...study, endpointSeconds: 0 }).total;
  const busyHours = Math.min(studies, HOURS_A_MONTH);
  const metrics = (deployment.metricsWithStudies * PRICES.metricMonth * busyHours) / HOURS_A_MONTH;
  const spared = Math.max(0, studies * KMS_REQUESTS_ALONE - MOST_KMS_REQUESTS) * PRICES.kmsRequest;
  const all = studies * alone + metrics - spared;
  const endpointHours = hoursOf(study.predictor, studies, endpoint);
  const gpu = endpointHours * PRICES.endpointHour;
  return { idle, idleTotal, aStudy: alone, studies: all, endpoint: gpu, endpointHours, total: idleTotal + all + gpu };
}

function hoursOf(predictor: PredictorName, studies: number, endpoint: SleepyEndpoint): number {
  const busyHours = (studies * endpoint.busySeconds) / 3600;
  if (predictor === 'realtime') return HOURS_A_MONTH * Math.max(1, Math.ceil(busyHours / HOURS_A_MONTH));
  if (predictor === 'lambda' || studies === 0) return 0;
  return (studies * billedSecondsAStudy(endpoint, (HOURS_A_MONTH * 3600) / studies)) / 3600;
}
