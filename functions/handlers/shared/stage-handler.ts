import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { StageName } from '../../contract/stages.ts';
import { describeError } from './describe-error.ts';
import { type House, type MakeOwnPorts, openHouse } from './house.ts';
import { createObserver } from './observe.ts';
import { createTools, type Tools } from './powertools.ts';
import { workOnBatch } from './work-on-batch.ts';

export type StageHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** A stage's Lambda: the house that the environment describes, with what this stage alone needs. */
export function stageHandler(stage: StageName, makeOwn?: MakeOwnPorts): StageHandler {
  const tools = createTools(stage);
  return createStageHandler(stage, openHouse(tools, makeOwn), tools);
}

/** SQS batch -> the records that failed: these come back, all others are spent. */
export function createStageHandler(stage: StageName, house: House, tools: Tools): StageHandler {
  const { logger, tracer } = tools;
  const logUntold = (reason: unknown) => {
    if (reason !== undefined) logger.error('a whole batch failed', { error: describeError(reason) });
  };
  const work = (event: SQSEvent) => workOnBatch(stage, event.Records, house, createObserver(tools, house.ports));
  // A time-out is the runtime's to tell: answering just before it would leave work running in a frozen Lambda.
  const stack = middy(work, { timeoutEarlyInMillis: 0 })
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .use(injectLambdaContext(logger, { logEvent: false }))
    .use(sqsPartialBatchFailure({ logger: logUntold }));
  return stack as unknown as StageHandler; // The middleware makes the one answer of the other.
}
