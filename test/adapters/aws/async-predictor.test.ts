/** @jest-environment ./test/adapters/aws/node-errors-environment.mjs */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAsyncPredictor } from '../../../functions/adapters/aws/async-predictor.ts';
import { createCloudWatchClient, createSageMakerClient } from '../../../functions/adapters/aws/clients.ts';
import { predictionKey, tensorKey } from '../../../functions/contract/keys.ts';
import type { ObjectStore, Predictor } from '../../../functions/pipeline/ports.ts';
import { describePredictor } from '../../conformance/predictor.ts';
import { startReady } from '../../model-container/server/start-server.ts';
import { json, jsonError, sageMakerError } from './recorded-answers.ts';
import { type Answer, type Call, type RecordedAws, startRecordedAws } from './recorded-aws.ts';
import { accepted, asyncEndpoint } from './stand-in-endpoint.ts';

let aws: RecordedAws;
beforeAll(async () => {
  aws = await startRecordedAws();
});
afterAll(() => aws.close());

const isLook = ({ headers }: Call) => String(headers['x-amz-target']).endsWith('GetMetricData');
const backlog = (...Values: number[]) =>
  json({ MetricDataResults: [{ Id: 'backlog', StatusCode: 'Complete', Values }] });

/** An endpoint that answers so, and a CloudWatch that knows of this backlog. */
function answer(endpoint: Answer | ((call: Call) => Answer), look: Answer = backlog(0)): void {
  aws.answer((call) => {
    if (isLook(call)) return look;
    return typeof endpoint === 'function' ? endpoint(call) : endpoint;
  });
}

let nowMs = 0;
const makePredictor = () =>
  createAsyncPredictor({
    client: createSageMakerClient({ timeoutMs: 300 }),
    cloudWatch: createCloudWatchClient({ attempts: 1, timeoutMs: 300 }),
    endpointPrefix: 'neurotile',
    workBucket: 'work',
    mostWaiting: 100,
    nowMs: () => nowMs,
  });

describePredictor(
  'an asynchronous endpoint',
  async () => {
    const server = await startReady('test/fixtures/tiny-model-3d');
    let work: ObjectStore;
    return {
      predictorOn(store) {
        work = store;
        answer(asyncEndpoint(server, () => work));
        return makePredictor();
      },
      close: () => server.stop(),
    };
  },
  { answersLater: true },
);

describe('an asynchronous endpoint', () => {
  const run = '0123456789abcdef0123456789abcdef';
  const request = {
    modelDigest: '0123456789abcdef'.repeat(4),
    tile: 'd0-h0-w48',
    tensorKey: tensorKey(run, 'd0-h0-w48'),
    predictionKey: predictionKey(run, 'd0-h0-w48'),
  };
  const planned = `s3://work/predictions/${run}/d0-h0-w48.npy`;
  const invocations = () => aws.calls.filter((call) => !isLook(call));
  let predictor: Predictor;
  beforeEach(() => {
    nowMs = 1_000_000_000_000;
    predictor = makePredictor();
  });

  test('is told where the tensor lies, where the prediction goes, and how long both may take', async () => {
    answer(accepted(planned));
    expect(await predictor.predict(request)).toEqual({ state: 'accepted' });
    const [{ method, url, headers, body }] = invocations();
    expect([method, url, body.length]).toEqual(['POST', '/endpoints/neurotile-0123456789ab/async-invocations', 0]);
    expect(headers).toMatchObject({
      'x-amzn-sagemaker-inputlocation': `s3://work/tensors/${run}/d0-h0-w48.npy`,
      'x-amzn-sagemaker-content-type': 'application/x-npy',
      'x-amzn-sagemaker-custom-attributes': `model=${request.modelDigest};tile=d0-h0-w48`,
      'x-amzn-sagemaker-s3outputpathextension': run,
      'x-amzn-sagemaker-filename': 'd0-h0-w48.npy',
      'x-amzn-sagemaker-requestttlseconds': '21600',
      'x-amzn-sagemaker-invocationtimeoutseconds': '300',
    });
  });

  test('gets an id of its own for each attempt, such as a message can carry', async () => {
    answer(accepted(planned));
    await predictor.predict(request);
    await predictor.predict(request);
    const ids = invocations().map(({ headers }) => String(headers['x-amzn-sagemaker-inference-id']));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9A-Za-z-]{1,64}$/);
  });

  test.each([
    [`s3://work/predictions/${run}/d0-h0-w48.npy.out`],
    [`s3://elsewhere/predictions/${run}/d0-h0-w48.npy`],
    [`s3://work/predictions/d0-h0-w48.npy`],
  ])('that would put the prediction at %s is an error that names both places', async (found) => {
    answer(accepted(found));
    await expect(predictor.predict(request)).rejects.toMatchObject({
      code: 'PREDICTION',
      fields: { found: `output at ${found}`, expected: planned },
    });
  });

  test.each<[string, Answer, number]>([
    ['throttles', sageMakerError(400, 'ThrottlingException'), 1],
    ['is unavailable', sageMakerError(503, 'ServiceUnavailable'), 1],
    ['fails', sageMakerError(500, 'InternalFailure'), 1],
    ['says nothing', { trouble: 'silence' }, 1],
    ['is not there yet', sageMakerError(400, 'ValidationError', { Message: 'Endpoint e of account 0 not found.' }), 60],
  ])('that %s is busy', async (_, trouble, retryAfterSeconds) => {
    answer(trouble);
    expect(await predictor.predict(request)).toEqual({ state: 'busy', retryAfterSeconds });
    expect(invocations()).toHaveLength(1);
  });

  test('that says nothing is not waited for as long as a realtime model is', async () => {
    answer({ trouble: 'silence' });
    const patient = createSageMakerClient({ timeoutMs: 60_000 });
    const cloudWatch = createCloudWatchClient();
    const options = {
      client: patient,
      cloudWatch,
      endpointPrefix: 'neurotile',
      workBucket: 'work',
      answerWithinMs: 200,
    };
    expect(await createAsyncPredictor(options).predict(request)).toEqual({ state: 'busy', retryAfterSeconds: 1 });
  });

  test('that refuses the request for good is an error', async () => {
    answer(sageMakerError(400, 'ValidationError', { Message: 'InputLocation is not of the form that it must have' }));
    const outcome = predictor.predict(request);
    await expect(outcome).rejects.toMatchObject({ code: 'PREDICTION' });
    await expect(outcome).rejects.toThrow('found ValidationError: InputLocation is not');
  });

  describe('with a backlog', () => {
    const later = (seconds: number) => {
      nowMs += 1000 * seconds;
    };

    test('above the bound gets nothing more for a minute', async () => {
      answer(accepted(planned), backlog(101, 3));
      expect(await predictor.predict(request)).toEqual({ state: 'busy', retryAfterSeconds: 60 });
      expect(invocations()).toHaveLength(0);
    });

    test('up to the bound gets more', async () => {
      answer(accepted(planned), backlog(100, 5000));
      expect(await predictor.predict(request)).toEqual({ state: 'accepted' });
    });

    test('is looked at every 30 s at most, however many tiles there are', async () => {
      answer(accepted(planned), backlog(7));
      for (let n = 0; n < 5; n++) await Promise.all([predictor.predict(request), predictor.predict(request)]);
      expect(aws.calls.filter(isLook)).toHaveLength(1);
      later(29.9);
      await predictor.predict(request);
      expect(aws.calls.filter(isLook)).toHaveLength(1);
      later(0.1);
      await predictor.predict(request);
      expect(aws.calls.filter(isLook)).toHaveLength(2);
    });

    test('is the endpoint’s own, of the last minutes', async () => {
      answer(accepted(planned));
      await predictor.predict(request);
      const { MetricDataQueries, StartTime, EndTime } = JSON.parse(aws.calls.find(isLook)!.body.toString());
      expect([EndTime, EndTime - StartTime]).toEqual([nowMs / 1000, 300]);
      expect(MetricDataQueries[0].MetricStat.Metric).toEqual({
        Namespace: 'AWS/SageMaker',
        MetricName: 'ApproximateBacklogSize',
        Dimensions: [{ Name: 'EndpointName', Value: 'neurotile-0123456789ab' }],
      });
    });

    test.each<[string, Answer]>([
      ['is unknown', json({ MetricDataResults: [{ Id: 'backlog', Values: [] }] })],
      ['must not be looked at', jsonError(403, 'AccessDenied')],
      ['is not told', { trouble: 'silence' }],
    ])('that %s holds nobody up', async (_, look) => {
      answer(accepted(planned), look);
      expect(await predictor.predict(request)).toEqual({ state: 'accepted' });
      await predictor.predict(request);
      expect(aws.calls.filter(isLook)).toHaveLength(1);
    });
  });
});
