/** @jest-environment ./test/adapters/aws/node-errors-environment.mjs */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createSageMakerClient } from '../../../functions/adapters/aws/clients.ts';
import { createRealtimePredictor, MOST_BODY_BYTES } from '../../../functions/adapters/aws/realtime-predictor.ts';
import { writeNpy } from '../../../functions/core/tensor/npy.ts';
import type { ObjectStore, Predictor } from '../../../functions/pipeline/ports.ts';
import { describePredictor } from '../../conformance/predictor.ts';
import { createMemoryStore } from '../../helpers/memory-store.ts';
import { startReady, tilesOf } from '../../model-container/server/start-server.ts';
import { sageMakerError } from './recorded-answers.ts';
import { type Answer, type RecordedAws, startRecordedAws } from './recorded-aws.ts';
import { realtimeEndpoint } from './stand-in-endpoint.ts';

let aws: RecordedAws;
beforeAll(async () => {
  aws = await startRecordedAws();
});
afterAll(() => aws.close());

const client = () => createSageMakerClient({ timeoutMs: 5000 });

describePredictor('a realtime endpoint', async () => {
  const server = await startReady('test/fixtures/tiny-model-3d');
  return {
    predictorOn(work) {
      aws.answer(realtimeEndpoint(server));
      return createRealtimePredictor({ client: client(), endpointPrefix: 'neurotile', work });
    },
    close: () => server.stop(),
  };
});

describe('a realtime endpoint', () => {
  const request = {
    modelDigest: '0123456789abcdef'.repeat(4),
    tile: 'd0-h0-w0',
    tensorKey: 'tensor',
    predictionKey: 'prediction',
  };
  const prediction: Answer = {
    body: writeNpy({ dtype: 'uint8', shape: [1, 3, 16, 16, 16], data: new Uint8Array(3 * 4096) }),
  };
  let work: ObjectStore;
  let predictor: Predictor;
  beforeEach(async () => {
    work = createMemoryStore();
    await work.put('tensor', tilesOf(2));
    const patient = createSageMakerClient({ timeoutMs: 300 });
    predictor = createRealtimePredictor({ client: patient, endpointPrefix: 'neurotile', work });
  });

  test('is the one of the model, and is told model and tile', async () => {
    aws.answer(prediction);
    expect(await predictor.predict(request)).toEqual({ state: 'done' });
    const [{ method, url, headers, body }] = aws.calls;
    expect([method, url]).toEqual(['POST', '/endpoints/neurotile-0123456789ab/invocations']);
    expect(headers).toMatchObject({
      'content-type': 'application/x-npy',
      'x-amzn-sagemaker-custom-attributes': `model=${request.modelDigest};tile=d0-h0-w0`,
    });
    expect(Buffer.compare(body, tilesOf(2))).toBe(0);
  });

  test.each<[string, Answer, number]>([
    ['throttles', sageMakerError(400, 'ThrottlingException'), 1],
    ['is not there yet', sageMakerError(400, 'ValidationError', { Message: notFound() }), 60],
    ['is not ready', sageMakerError(429, 'ModelNotReadyException'), 1],
    ['is unavailable', sageMakerError(503, 'ServiceUnavailable'), 1],
    ['fails', sageMakerError(500, 'InternalFailure'), 1],
    ['fails behind itself', sageMakerError(530, 'InternalDependencyException'), 1],
    ['has a container that is busy', modelError(429, 'BUSY'), 1],
    ['has a container that broke', modelError(500, 'INTERNAL'), 1],
    ['has a container that is loading', modelError(503, 'LOADING'), 1],
    ['got no answer from its container', modelError(0, ''), 1],
    ['says nothing', { trouble: 'silence' }, 1],
    ['stops in the middle', { ...prediction, trouble: 'break' }, 1],
    ['stalls in the middle', { ...prediction, trouble: 'stall' }, 1],
  ])('that %s is busy', async (_, answer, retryAfterSeconds) => {
    aws.answer(answer);
    expect(await predictor.predict(request)).toEqual({ state: 'busy', retryAfterSeconds });
    expect(await work.get('prediction')).toBeUndefined();
    // The queue asks again, not the client: a Lambda has time for one answer of a minute.
    expect(aws.calls).toHaveLength(1);
  });

  test('is asked less and less often while it is busy, and anew once it answered', async () => {
    aws.answer(sageMakerError(400, 'ThrottlingException'));
    const waits: number[] = [];
    const ask = async () => {
      const outcome = await predictor.predict(request);
      if (outcome.state === 'busy') waits.push(outcome.retryAfterSeconds);
    };
    for (let n = 0; n < 7; n++) await ask();
    aws.answer(prediction);
    await ask();
    aws.answer(sageMakerError(400, 'ThrottlingException'));
    await ask();
    expect(waits).toEqual([1, 2, 4, 8, 15, 15, 15, 1]);
  });

  test.each<[string, Answer, string]>([
    [
      'serves another model',
      modelError(409, 'MODEL_NOT_SERVED'),
      'found status 409 MODEL_NOT_SERVED, expected a prediction by model 0123',
    ],
    ['cannot take the tensor', modelError(400, 'TENSOR'), 'found status 400 TENSOR'],
    ['finds the tensor too large', modelError(413, 'TOO_LARGE'), 'found status 413 TOO_LARGE'],
    [
      'refuses the request',
      sageMakerError(400, 'ValidationError', { Message: '1 validation error detected' }),
      'found ValidationError: 1 validation error detected',
    ],
    ['answers with something else', { body: '<html>' }, 'found another file'],
    ['answers with nothing', { body: '' }, 'found another file'],
    [
      'answers with another shape',
      { body: writeNpy({ dtype: 'uint8', shape: [1, 3, 8, 8, 8], data: new Uint8Array(1536) }) },
      'found uint8 1×3×8×8×8',
    ],
  ])('that %s has given its prediction: none', async (_, answer, words) => {
    aws.answer(answer);
    const outcome = predictor.predict(request);
    await expect(outcome).rejects.toMatchObject({ code: 'PREDICTION' });
    await expect(outcome).rejects.toThrow(words);
    expect(await work.get('prediction')).toBeUndefined();
  });

  test('that may not be asked is no fault of the study: the error stays what it is', async () => {
    aws.answer(sageMakerError(403, 'AccessDeniedException'));
    await expect(predictor.predict(request)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('is not even asked with a body above its limit', async () => {
    aws.answer(prediction);
    await work.put('tensor', new Uint8Array(MOST_BODY_BYTES + 1));
    await expect(predictor.predict(request)).rejects.toMatchObject({
      code: 'PREDICTION',
      fields: { found: 'a tensor of 6291457 bytes', expected: 'at most 6291456, a realtime body' },
    });
    expect(aws.calls).toHaveLength(0);
  });
});

function notFound(): string {
  return 'Endpoint neurotile-0123456789ab of account 000000000000 not found.';
}

function modelError(OriginalStatusCode: number, code: string): Answer {
  const OriginalMessage = code && JSON.stringify({ code, message: 'in words' });
  return sageMakerError(424, 'ModelError', { OriginalStatusCode, OriginalMessage });
}
