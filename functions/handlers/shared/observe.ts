import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { studyOfResult } from '../../contract/keys.ts';
import type { Message } from '../../contract/messages.ts';
import { METRICS } from '../../contract/metric-names.ts';
import type { Ports, Verdict } from '../../pipeline/ports.ts';
import { describeError } from './describe-error.ts';
import type { Tools } from './powertools.ts';

/** What is seen from outside of a batch's works: a log line each, and metrics. */
export interface Observer {
  /** A body that is none of ours, or another stage's: nothing is known of it, so nothing of it is told. */
  foreign(): void;
  ended(message: Message, verdict: Verdict, times: { startedMs: number; firstSentMs: number }): Promise<void>;
  threw(message: Message, error: unknown): Promise<void>;
  /** Writes the metrics of the batch. */
  flush(): void;
}

/** Log lines and metrics hold runs, counts, codes and hashes; neither names, keys nor messages of errors. */
export function createObserver({ logger, metrics }: Tools, { clock, hashStudy }: Ports): Observer {
  const verdicts = new Map<string, number>();
  const count = (verdict: string) => verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);

  return {
    foreign() {
      metrics.addMetric(METRICS.foreignMessages, MetricUnit.Count, 1);
      logger.warn('a message that is none of ours');
    },
    async ended(message, verdict, { startedMs, firstSentMs }) {
      const nowMs = clock.nowMs();
      count(verdict.verdict);
      if (verdict.verdict !== 'again')
        metrics.addMetric(METRICS.latency, MetricUnit.Seconds, Math.max(0, nowMs - firstSentMs) / 1000);
      if (verdict.verdict === 'done') countDone(message, verdict);
      logger.info('message', {
        ...(await described(message)),
        ...verdict,
        seconds: (nowMs - startedMs) / 1000,
        rssMb: clock.rssMb(),
      });
    },
    async threw(message, error) {
      count('thrown');
      logger.error('message', { ...(await described(message)), verdict: 'thrown', error: describeError(error) });
    },
    flush() {
      // Each verdict is a line of its own, as their dimensions differ; all others share one.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      for (const [verdict, n] of verdicts) {
        metrics.addDimension('verdict', verdict).addMetric(METRICS.messages, MetricUnit.Count, n);
        metrics.publishStoredMetrics();
      }
    },
  };

  function countDone(message: Message, verdict: Verdict): void {
    if (message.stage === 'infer') metrics.addMetric(METRICS.tiles, MetricUnit.Count, message.tiles.length);
    if (message.stage === 'ingest' && 'run' in verdict) metrics.addMetric(METRICS.studiesBegun, MetricUnit.Count, 1);
  }

  async function described(message: Message): Promise<Record<string, unknown>> {
    const { stage } = message;
    if (stage === 'ingest') return { study: await hashed(message.study) };
    if (stage === 'announce') {
      const named = studyOfResult(message.key);
      return { run: named?.run, study: named && (await hashed(named.study)) };
    }
    return { run: message.run, tiles: stage === 'infer' ? message.tiles.length : undefined };
  }

  /** A log line is not worth failing for. */
  function hashed(study: string): Promise<string | undefined> {
    return hashStudy(study).catch(() => undefined);
  }
}
