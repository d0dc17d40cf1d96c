import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { METRICS } from '../../contract/metric-names.ts';
import type { DeadLetters, Ports } from '../../pipeline/ports.ts';
import { watch } from '../../pipeline/watch.ts';
import { describeError } from './describe-error.ts';
import type { Tools } from './powertools.ts';

export type WatchHandler = (event: ScheduledEvent, context: Context) => Promise<void>;

/** The watchdog's Lambda: one round a call, counted. */
export function createWatchHandler(ports: Ports & { deadLetters: DeadLetters }, tools: Tools): WatchHandler {
  const { logger, metrics, tracer } = tools;
  async function goRound(): Promise<void> {
    const found = await watch(ports).catch((error: unknown) => {
      logger.error('watch', { error: describeError(error) });
      // The runtime logs what it is thrown, and the message of the cause may hold a key.
      throw new Error('the watchdog did not come round');
    });
    metrics.addMetric(METRICS.studiesInFlight, MetricUnit.Count, found.inFlight);
    metrics.addMetric(METRICS.runsStalled, MetricUnit.Count, found.moved + found.failed);
    metrics.publishStoredMetrics();
    logger.info('watch', { ...found });
  }
  const stack = middy(goRound, { timeoutEarlyInMillis: 0 })
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .use(injectLambdaContext(logger, { logEvent: false }));
  return stack as unknown as WatchHandler;
}
