import { describe, expect, test } from '@jest/globals';
import { PREDICTORS } from '../../functions/contract/environment.ts';
import { STAGE_NAMES } from '../../functions/contract/stages.ts';
import { ENDS, parametersAt } from '../../tools/simulate/ends.ts';
import { outcomeOf } from '../../tools/simulate/outcome.ts';
import type { Parameters } from '../../tools/simulate/parameters.ts';
import { simulate } from '../../tools/simulate/simulate.ts';

const small = (p: Parameters): Parameters => ({ ...p, studies: 150, arrivalSeconds: 600 });
const CASES = PREDICTORS.flatMap((predictor) =>
  ENDS.flatMap((end) => [10, 1000].map((accountConcurrency) => ({ predictor, end, accountConcurrency }))),
);

describe('a simulated day', () => {
  test.each(CASES)(
    'of $predictor at the $end end with $accountConcurrency Lambdas ends every study exactly once',
    (c) => {
      const parameters = { ...small(parametersAt(c.end, c.predictor)), accountConcurrency: c.accountConcurrency };
      const day = simulate(parameters);
      const { completed, failed } = outcomeOf(day);
      expect(completed + Object.values(failed).reduce((a, b) => a + b, 0)).toBe(150);
      expect(failed).not.toHaveProperty('nobody knows');
      for (const study of day.studies) {
        if (study.completedAt === undefined) continue;
        expect(study.completedAt).toBeGreaterThan(study.arrivedAt);
        expect([study.registered, study.tiled, study.listed, study.committed]).toEqual([true, true, true, true]);
        expect(study.predicted.every((done) => done === 1)).toBe(true);
      }
      for (const minute of day.meter.minutes) {
        expect(minute.running).toBeLessThanOrEqual(c.accountConcurrency);
        expect(minute.instances).toBeLessThanOrEqual(parameters.gpu.maxInstances);
      }
      // Nothing is left anywhere.
      const last = day.meter.minutes.at(-1)!;
      if (completed === 150) expect(STAGE_NAMES.map((s) => last.waiting[s])).toEqual(STAGE_NAMES.map(() => 0));
    },
  );

  test('the same seed gives the same bytes, another seed another day', () => {
    const dayOf = (seed: number) => {
      const { meter, studies } = simulate({ ...small(parametersAt('bad', 'async')), seed });
      return JSON.stringify([meter, studies.map((s) => [s.arrivedAt, s.completedAt])]);
    };
    expect(dayOf(7)).toBe(dayOf(7));
    expect(dayOf(7)).not.toBe(dayOf(8));
  });

  test('a lone study takes the sum of its stages: nothing waits for anything', () => {
    const base = parametersAt('good', 'lambda');
    const day = simulate({ ...base, studies: 1, spread: 0, tilesAStudy: 2, coldStartSeconds: 0, eventSeconds: 0 });
    const { ingest, register, tile, infer, gather, reduce, announce } = base.work;
    // Two tiles in one message, one after the other; the first one's gather ends while the second is computed.
    const expected = ingest + register + tile + 2 * infer + gather + reduce + announce;
    const [study] = day.studies;
    expect(study.completedAt! - study.arrivedAt).toBeCloseTo(expected, 9);
  });

  test('a lone study with a sleeping GPU waits for the metric, the start and its tiles', () => {
    const base = parametersAt('good', 'async');
    const [study] = simulate({ ...base, studies: 1 }).studies;
    const took = study.completedAt! - study.arrivedAt;
    expect(took).toBeGreaterThan(base.gpu.startSeconds + base.gpu.metricLagSeconds);
    expect(took).toBeLessThan(base.gpu.startSeconds + base.gpu.metricLagSeconds + 3 * 60);
  });

  test('an endpoint that nobody needs any more is billed for its start, its idle minutes and no more', () => {
    const base = parametersAt('good', 'async');
    const { meter } = simulate({ ...base, studies: 1 });
    const idle = base.gpu.minutesIn * 60;
    expect(meter.instanceSeconds).toBeGreaterThan(base.gpu.startSeconds + idle - 120);
    expect(meter.instanceSeconds).toBeLessThan(base.gpu.startSeconds + idle + 300);
    expect(meter.minutes.at(-1)!.backlog).toBe(0);
  });

  test('requests that outlive their time are lost, told of, and fail the study when there is no end to it', () => {
    const base = small(parametersAt('bad', 'async'));
    const gpu = { ...base.gpu, requestTtlSeconds: 30 };
    const { failed, troubles } = outcomeOf(simulate({ ...base, gpu }));
    expect(troubles.map((t) => t.trouble)).toContain('request lost');
    expect(failed['tile failures']).toBeGreaterThan(0);
  });

  test('no stage works longer than its time-out: only a realtime endpoint can make one', () => {
    for (const predictor of PREDICTORS)
      for (const end of ENDS) {
        const { work, spread, stages, coldStartSeconds } = parametersAt(end, predictor);
        for (const stage of STAGE_NAMES) {
          const pieces = stage === 'infer' ? 2 : stages[stage].batchSize;
          const longest = coldStartSeconds + pieces * work[stage] * (1 + spread);
          expect(longest).toBeLessThan(stages[stage].timeoutSeconds);
        }
      }
  });
});
