import { describe, expect, test } from '@jest/globals';
import { billedSecondsAStudy } from '../../../functions/core/cost/endpoint-hours.ts';
import { type Deployment, idleCost, monthlyCost } from '../../../functions/core/cost/monthly-cost.ts';
import { type StudyUse, studyCost } from '../../../functions/core/cost/study-cost.ts';
import { createRandom } from '../../../functions/core/random.ts';

const deployment: Deployment = {
  kmsKeys: 3,
  queues: 7,
  alarms: 39,
  dashboards: 1,
  metricsAlways: 2,
  metricsWithStudies: 24,
};
const endpoint = { startSeconds: 300, idleSeconds: 1000, busySeconds: 5 };
const study = (predictor: StudyUse['predictor']): StudyUse => ({
  predictor,
  tiles: 10,
  stages: [{ stage: 'infer', seconds: 10, memoryMb: 1024, count: 5 }],
});

describe('what a month costs', () => {
  test('a stack that nobody uses pays for keys, polls, alarms, a dashboard and its watchdog', () => {
    const idle = idleCost(deployment);
    expect(idle['KMS keys']).toBe(3);
    // 7 queues × 5 polls × 180 an hour × 730 h = 4,599,000; × 0.0000004
    expect(idle['polling of queues']).toBeCloseTo(1.8396, 10);
    expect(idle.alarms).toBeCloseTo(3.9, 10);
    expect(idle.dashboards).toBe(3);
    expect(idle['metrics of the watchdog']).toBeCloseTo(0.6, 10);
    // 8,760 × (0.25 × 0.0000166667 + 0.0000002 + 0.000005)
    expect(idle.watchdog).toBeCloseTo(0.082052073, 8);
  });

  test('lambda has no GPU; 100 studies cost 100 times one, and their metrics for 100 hours', () => {
    const month = monthlyCost(100, study('lambda'), endpoint, deployment);
    expect(month.endpoint).toBe(0);
    // 24 × 0.3 × 100 / 730 = 0.986301
    expect(month.studies).toBeCloseTo(100 * studyCost(study('lambda')).total + 0.9863013699, 9);
    expect(month.total).toBeCloseTo(month.idleTotal + month.studies, 12);
  });

  test('realtime pays for every hour, without a study too', () => {
    // 730 × 1.408
    expect(monthlyCost(0, study('realtime'), endpoint, deployment).endpoint).toBeCloseTo(1027.84, 10);
  });

  test('realtime takes a second instance when one has not hours enough', () => {
    // 600,000 × 5 s = 833 h, and a month has 730
    expect(monthlyCost(600_000, study('realtime'), endpoint, deployment).endpointHours).toBe(1460);
  });

  test('async without a study sleeps all month; one study is billed for start, work and idle time', () => {
    expect(monthlyCost(0, study('async'), endpoint, deployment).endpoint).toBe(0);
    // (300 + 5 + 1,000) / 3,600 h, less the tiny chance that a second study shares it
    expect(monthlyCost(1, study('async'), endpoint, deployment).endpointHours).toBeCloseTo(1305 / 3600, 3);
  });

  test('async with studies all the time is awake all the time, and never bills less than its work', () => {
    expect(monthlyCost(100_000, study('async'), endpoint, deployment).endpointHours).toBeCloseTo(730, 6);
    // 2,000,000 × 5 s
    expect(monthlyCost(2_000_000, study('async'), endpoint, deployment).endpointHours).toBeCloseTo(2777.78, 1);
  });

  test('the closed form is what random arrivals give', () => {
    const random = createRandom('poisson');
    const gap = 1500;
    let billed = 0;
    const n = 200_000;
    for (let k = 0; k < n; k++) {
      const next = -gap * Math.log(1 - random.uniform());
      billed += next < 1005 ? next : 1005 + 300;
    }
    // Standard error about 1.1 s
    expect(Math.abs(billed / n - billedSecondsAStudy(endpoint, gap))).toBeLessThan(5);
  });

  test('KMS is asked no more often than every five minutes, however many studies there are', () => {
    const of = (n: number) => monthlyCost(n, study('lambda'), endpoint, deployment).studies;
    // Beyond 8,760 studies each one more costs its own, less 40 requests × 0.000003
    expect((of(100_000) - of(50_000)) / 50_000).toBeCloseTo(studyCost(study('lambda')).total - 0.00012, 10);
  });
});
