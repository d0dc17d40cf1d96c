import { type Fields, isRecord, parsed } from './fields.ts';
import { GATE_STUDIES } from './training.ts';

/** What the training queue holds. */
export type TrainingTask =
  | { v: 1; task: 'start'; dataset: string }
  | { v: 1; task: 'register'; job: string }
  /** Judges every pending model whose runs have all ended. */
  | { v: 1; task: 'gate' }
  /** Goes round: jobs whose end nobody told, models that wait. */
  | { v: 1; task: 'look' };

/** Job names as SageMaker takes them. */
const JOB = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/**
 * What lies in the training queue -> a task: one of our own, or EventBridge's word of a dataset.json, of a training job
 * that ended, of a gate's study that ended, of an endpoint that began to serve.
 * @returns undefined where the body is none of these
 */
export function trainingTaskOf(body: string): TrainingTask | undefined {
  const value = parsed(body);
  if (!isRecord(value)) return undefined;
  if (value.v === 1) return ownTask(value);
  const detail = isRecord(value.detail) ? value.detail : {};
  switch (`${value.source}: ${value['detail-type']}`) {
    case 'aws.s3: Object Created':
      return startOf(detail);
    case 'aws.sagemaker: SageMaker Training Job State Change':
      return ownTask({ v: 1, task: 'register', job: detail.TrainingJobName });
    case 'aws.sagemaker: SageMaker Endpoint State Change':
      return { v: 1, task: 'gate' };
    default:
      return String(detail.key).startsWith(`results/${GATE_STUDIES}`) ? { v: 1, task: 'gate' } : undefined;
  }
}

function ownTask({ task, dataset, job }: Fields): TrainingTask | undefined {
  if (task === 'start') return typeof dataset === 'string' && dataset !== '' ? { v: 1, task, dataset } : undefined;
  if (task === 'register') return typeof job === 'string' && JOB.test(job) ? { v: 1, task, job } : undefined;
  return task === 'gate' || task === 'look' ? { v: 1, task } : undefined;
}

/** EventBridge writes keys as they are, where S3's own notifications encode them. */
function startOf({ object }: Fields): TrainingTask | undefined {
  const key = isRecord(object) && typeof object.key === 'string' ? object.key : '';
  const dataset = /^datasets\/([^/]+)\/dataset\.json$/.exec(key)?.[1];
  return dataset === undefined ? undefined : { v: 1, task: 'start', dataset };
}
