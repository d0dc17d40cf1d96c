import { describe, expect, test } from '@jest/globals';
import { createRandom, type Random } from '../../functions/core/random.ts';
import { createEndpoint } from '../../tools/simulate/endpoint.ts';
import { parametersAt } from '../../tools/simulate/ends.ts';
import { createMeter } from '../../tools/simulate/meter.ts';
import type { Parameters } from '../../tools/simulate/parameters.ts';
import { createStudy, type Message } from '../../tools/simulate/study.ts';
import { createTimeline, type Timeline } from '../../tools/simulate/timeline.ts';
import { createWorkers } from '../../tools/simulate/workers.ts';

const CUSTOMERS = 200_000;
const exponential = (random: Random, mean: number) => -mean * Math.log(1 - random.uniform());

/** Customers at the mean gap given, one after the other. */
function arrive(timeline: Timeline, random: Random, gap: number, comes: () => void): void {
  let n = 0;
  const next = () => {
    comes();
    if (++n < CUSTOMERS) timeline.after(exponential(random, gap), next);
  };
  timeline.after(0, next);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('queues against their closed forms', () => {
  test.each([0.5, 0.8])('one GPU with equal tiles at load %d waits as M/D/1 does: rho D / (2 (1 - rho))', (rho) => {
    const parameters: Parameters = { ...parametersAt('good', 'realtime'), spread: 0 };
    const tile = parameters.gpu.tileSeconds;
    const timeline = createTimeline();
    const random = createRandom(`M/D/1 ${rho}`);
    const endpoint = createEndpoint({ timeline, random, parameters, meter: createMeter() });
    const waits: number[] = [];
    arrive(timeline, random, tile / rho, () => {
      const askedAt = timeline.now();
      const answered = () => waits.push(timeline.now() - askedAt - tile);
      endpoint.ask({ askedAt, ttlSeconds: Number.POSITIVE_INFINITY, answered, lost() {} });
    });
    timeline.run();
    expect(waits).toHaveLength(CUSTOMERS);
    const expected = (rho * tile) / (2 * (1 - rho));
    expect(Math.abs(mean(waits) / expected - 1)).toBeLessThan(0.04);
  });

  test.each([2, 5])('a stage of %d Lambdas with exponential work waits as M/M/c does (Erlang C)', (c) => {
    const [work, rho] = [1, 0.8];
    const base = parametersAt('good', 'lambda');
    const parameters: Parameters = {
      ...base,
      coldStartSeconds: 0,
      stages: { ...base.stages, reduce: { ...base.stages.reduce, concurrency: c } },
    };
    const timeline = createTimeline();
    const random = createRandom(`M/M/${c}`);
    const waits: number[] = [];
    const workers = createWorkers({
      timeline,
      random,
      parameters,
      meter: createMeter(),
      buried() {},
      work(_, [{ firstSentAt }], ended) {
        waits.push(timeline.now() - firstSentAt);
        timeline.after(exponential(random, work), () => ended(() => {}));
      },
    });
    arrive(timeline, random, work / (rho * c), () => {
      const study = createStudy(0, 0, 1);
      workers.send({ stage: 'reduce', study, tiles: [], firstSentAt: timeline.now(), receives: 0 });
    });
    timeline.run();
    expect(Math.abs(mean(waits) / ((erlangC(c, rho * c) * work) / (c * (1 - rho))) - 1)).toBeLessThan(0.05);
  });
});

/** Probability that a customer of M/M/c has to wait, at an offered load of a servers (Erlang 1917). */
function erlangC(c: number, a: number): number {
  let term = 1;
  let sum = 0;
  for (let k = 0; k < c; k++) {
    sum += term;
    term *= a / (k + 1);
  }
  const waiting = term / (1 - a / c);
  return waiting / (sum + waiting);
}

describe('queues that lose nothing in silence', () => {
  const message = (): Message => ({
    stage: 'tile',
    study: createStudy(0, 0, 1),
    tiles: [],
    firstSentAt: 0,
    receives: 0,
  });

  function stage(change: Partial<Parameters>) {
    const parameters = { ...parametersAt('good', 'lambda'), coldStartSeconds: 0, ...change };
    const timeline = createTimeline();
    const meter = createMeter();
    const [done, buried]: [number[], number[]] = [[], []];
    const workers = createWorkers({
      timeline,
      random: createRandom(1),
      parameters,
      meter,
      work: (_, __, ended) => timeline.after(10, () => ended(() => void done.push(timeline.now()))),
      buried: () => void buried.push(timeline.now()),
    });
    return { timeline, meter, workers, done, buried };
  }

  test('a message whose Lambda is always killed comes back after its visibility, five times, and is a dead letter', () => {
    const { timeline, workers, done, buried, meter } = stage({ killedShare: 1 });
    workers.send(message());
    timeline.run();
    expect(done).toEqual([]);
    // Hidden for 180 + 30 s from each of five receives.
    expect(buried).toEqual([5 * 210]);
    expect(meter.troubles.killed?.count).toBe(5);
  });

  test('held pollers ask until there is room: 12 messages through an account of 2, ten seconds each', () => {
    const { timeline, workers, done, meter } = stage({ accountConcurrency: 2, throttled: 'held' });
    for (let n = 0; n < 12; n++) workers.send(message());
    timeline.run();
    expect(done).toEqual([10, 10, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60]);
    expect(meter.troubles.throttle?.count).toBe(10);
    expect(meter.troubles['returned receive']).toBeUndefined();
  });

  test('returned messages lose a receive each time, and end as dead letters where there never is room', () => {
    const { timeline, workers, done, buried } = stage({ accountConcurrency: 0, throttled: 'returned' });
    workers.send(message());
    timeline.run();
    expect(done).toEqual([]);
    expect(buried).toEqual([5 * 210]);
  });
});
