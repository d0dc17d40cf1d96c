import { describe, expect, test } from '@jest/globals';
import { lambdaCost, studyCost } from '../../../functions/core/cost/study-cost.ts';
import { studyRequests } from '../../../functions/core/cost/study-requests.ts';
import { MEASURED } from '../../../tools/simulate/measured.ts';

describe('what one study costs', () => {
  test('a Lambda costs its memory × time, and a little for being called', () => {
    // 2 GB × 30 s = 60 GB-s; × 0.0000166667 = 0.001000002; 3 calls × 0.0000002 = 0.0000006
    expect(lambdaCost({ stage: 'tile', seconds: 30, memoryMb: 2048, count: 3 })).toBeCloseTo(0.001000602, 12);
  });

  test('requests, endpoint and storage are added up, by hand', () => {
    const cost = studyCost({
      predictor: 'async',
      tiles: 4,
      stages: [{ stage: 'infer', seconds: 1, memoryMb: 1024, count: 2 }],
      endpointSeconds: 1800,
      keptBytes: 20e6,
      workBytes: 30e6,
    });
    // 1 GB × 1 s × 0.0000166667 + 2 × 0.0000002
    expect(cost.byStage.infer).toBeCloseTo(0.0000170667, 12);
    // half an hour of 1.408
    expect(cost.endpoint).toBeCloseTo(0.704, 12);
    // 0.02 GB + 0.03 GB × 16/30 = 0.036 GB; × 0.023
    expect(cost.storage).toBeCloseTo(0.000828, 12);
    // S3 writes: 3 + 12 + 4 + 0 + 1 + 8 = 28, and a tile 3 × 4 = 12, and a message 2: 42 × 0.000005 = 0.00021
    // S3 reads: 15 + 13 + 7 + 40 + 1 = 76, and a tile 5 × 4 = 20: 96 × 0.0000004 = 0.0000384
    // SQS: 3 × (4 + 2) + 2 × (2 + 4) = 30; × 0.0000004 = 0.000012
    // KMS: 40 × 0.000003 = 0.00012; one event 0.000001
    // 2 calls × (a trace 0.000005 + 2,000 bytes of log × 0.5 a GB = 0.000001) = 0.000012
    expect(cost.requests).toBeCloseTo(0.00021 + 0.0000384 + 0.000012 + 0.00012 + 0.000001 + 0.000012, 12);
    expect(cost.total).toBeCloseTo(0.0000170667 + 0.704 + 0.000828 + 0.0003934, 10);
  });

  test('nothing used costs nothing but the requests that any study makes', () => {
    const cost = studyCost({ predictor: 'lambda', tiles: 0, stages: [] });
    expect(cost).toEqual({ byStage: {}, requests: cost.requests, endpoint: 0, storage: 0, total: cost.requests });
    expect(cost.requests).toBeGreaterThan(0);
  });

  test.each(
    Object.entries(MEASURED.models).flatMap(([model, studies]) =>
      Object.entries(studies).map(([kind, study]) => ({ model, kind, study })),
    ),
  )('the table of requests is what $model was counted to make on an $kind study, within a tenth', ({ study }) => {
    const stages = Object.values(study);
    const sum = (of: 'puts' | 'lists' | 'gets') => stages.reduce((total, s) => total + s[of], 0);
    const { s3Writes, s3Reads } = studyRequests(study.gather.messages, study.infer.messages);
    expect(Math.abs(s3Writes / (sum('puts') + sum('lists')) - 1)).toBeLessThan(0.1);
    expect(Math.abs(s3Reads / sum('gets') - 1)).toBeLessThan(0.1);
  });
});
