import { BYTES_A_GB, PRICES } from './prices.ts';
import { studyRequests } from './study-requests.ts';

/** How tiles meet the model; the same names as in the contract. */
export type PredictorName = 'lambda' | 'async' | 'realtime';

/** A stage's share of one study. */
export interface StageUse {
  stage: string;
  /** Of all its invocations together. */
  seconds: number;
  memoryMb: number;
  /** Invocations. */
  count: number;
}

export interface StudyUse {
  predictor: PredictorName;
  stages: readonly StageUse[];
  tiles: number;
  /** Seconds that the study had a GPU instance for; 0 for the `lambda` predictor. */
  endpointSeconds?: number;
  /** What stays (inputs, results) and what expires (tensors, predictions). */
  keptBytes?: number;
  workBytes?: number;
}

/** US dollars; `total` is the sum of all the others. */
export interface StudyCost {
  /** Lambda: memory × time and invocations, by stage. */
  byStage: Readonly<Record<string, number>>;
  /** S3, SQS, KMS, EventBridge, logs, traces. */
  requests: number;
  /** The GPU instance. */
  endpoint: number;
  /** What stays for its first month, what expires for its half. */
  storage: number;
  total: number;
}

/** Lambda's log lines of one invocation, bytes: start, end, report, and ours. */
const LOG_BYTES = 2000;
/** Keys are asked for once for many objects and messages (bucket keys, five minutes); a lone study meets them all cold. */
export const KMS_REQUESTS_ALONE = 40;
/** Tensors and predictions expire after 15 days, and their versions a day later. */
const WORK_MONTHS = 16 / 30;

/** Lambda bills memory × time and each invocation. */
export const lambdaCost = ({ seconds, memoryMb, count }: StageUse) =>
  (memoryMb / 1024) * seconds * PRICES.lambdaGbSecond + count * PRICES.lambdaInvocation;

/**
 * What one study costs at list prices (prices.ts), in US dollars: only what it adds, not what a stack costs that stands
 * idle (monthly-cost.ts).
 */
export function studyCost(use: StudyUse): StudyCost {
  const byStage = Object.fromEntries(use.stages.map((stage) => [stage.stage, lambdaCost(stage)]));
  const parts = {
    requests: requestsCost(use),
    endpoint: ((use.endpointSeconds ?? 0) / 3600) * PRICES.endpointHour,
    storage: storageCost(use),
  };
  const lambda = Object.values(byStage).reduce((a, b) => a + b, 0);
  return { byStage, ...parts, total: lambda + parts.requests + parts.endpoint + parts.storage };
}

function requestsCost({ stages, tiles }: StudyUse): number {
  const tileMessages = stages.find((s) => s.stage === 'infer')?.count ?? 0;
  const invocations = stages.reduce((sum, s) => sum + s.count, 0);
  const { s3Writes, s3Reads, sqs } = studyRequests(tiles, tileMessages);
  return (
    s3Writes * PRICES.s3Write +
    s3Reads * PRICES.s3Read +
    sqs * PRICES.sqsRequest +
    KMS_REQUESTS_ALONE * PRICES.kmsRequest +
    PRICES.customEvent +
    invocations * (PRICES.trace + (LOG_BYTES / BYTES_A_GB) * PRICES.logGb)
  );
}

const storageCost = ({ keptBytes = 0, workBytes = 0 }: StudyUse) =>
  ((keptBytes + workBytes * WORK_MONTHS) / BYTES_A_GB) * PRICES.s3GbMonth;
