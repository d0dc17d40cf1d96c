import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { METRICS } from '../../contract/metric-names.ts';
import { type TrainingTask, trainingTaskOf } from '../../contract/training-tasks.ts';
import { handleTraining } from '../../pipeline/training/handle-training.ts';
import type { TrainingPorts } from '../../pipeline/training/ports.ts';
import { describeError } from './describe-error.ts';
import type { Tools } from './powertools.ts';

export type TrainingHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * SQS batch -> the records that failed: these come back, all others are spent. Equal tasks of a batch are one. Log lines
 * hold tasks, jobs, codes and verdicts; neither names of datasets, keys nor messages of errors.
 */
export function createTrainingHandler(ports: TrainingPorts, { logger, metrics, tracer }: Tools): TrainingHandler {
  async function work(event: SQSEvent): Promise<SQSBatchResponse> {
    const failed: string[] = [];
    for (const { task, ids } of onePerTask(event)) {
      try {
        await end(task);
      } catch (error) {
        logger.error('task', { ...described(task), verdict: 'thrown', error: describeError(error) });
        failed.push(...ids);
      }
    }
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  }

  async function end(task: TrainingTask | undefined): Promise<void> {
    if (!task) {
      metrics.addMetric(METRICS.foreignMessages, MetricUnit.Count, 1);
      return logger.warn('a message that is none of ours');
    }
    const verdict = await handleTraining(task, ports);
    if (verdict.verdict === 'again') await ports.tasks.send(task, { delaySeconds: verdict.delaySeconds });
    logger.info('task', { ...described(task), ...verdict });
  }

  const stack = middy(work, { timeoutEarlyInMillis: 0 })
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .use(injectLambdaContext(logger, { logEvent: false }));
  return stack as unknown as TrainingHandler;
}

/** Tasks in the order of their first record, each with all the records that ask for it. */
function onePerTask({ Records }: SQSEvent): { task: TrainingTask | undefined; ids: string[] }[] {
  const found = new Map<string, { task: TrainingTask | undefined; ids: string[] }>();
  for (const { body, messageId } of Records) {
    const task = trainingTaskOf(body);
    const name = task ? JSON.stringify(task) : messageId;
    const known = found.get(name) ?? { task, ids: [] };
    known.ids.push(messageId);
    found.set(name, known);
  }
  return [...found.values()];
}

const described = (task: TrainingTask | undefined) => ({
  task: task?.task,
  job: task?.task === 'register' ? task.job : undefined,
});
