import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpPredictor } from '../../functions/adapters/http-predictor.ts';
import type { ModelServer } from '../../functions/adapters/model-server.ts';
import { readNpy, writeNpy } from '../../functions/core/tensor/npy.ts';
import type { ObjectStore, PredictRequest } from '../../functions/pipeline/ports.ts';
import { describePredictor } from '../conformance/predictor.ts';
import { digestOf, startReady, tilesOf, wholeTumourInTheMiddle } from '../model-container/server/start-server.ts';

const request: PredictRequest = {
  modelDigest: digestOf(3),
  tile: 'd0-h0-w0',
  tensorKey: 'tensors/r/d0-h0-w0.npy',
  predictionKey: 'predictions/r/d0-h0-w0.npy',
};

/** The two verbs that a predictor uses, on a map. */
function storeWith(tensor?: Uint8Array) {
  const objects = new Map<string, Uint8Array>(tensor ? [[request.tensorKey, tensor]] : []);
  const work: Pick<ObjectStore, 'get' | 'put'> = {
    async get(key) {
      const bytes = objects.get(key);
      return bytes && { bytes, version: '1' };
    },
    async put(key, bytes) {
      objects.set(key, bytes);
      return { outcome: 'stored', version: '1' };
    },
  };
  return { work: work as ObjectStore, prediction: () => objects.get(request.predictionKey) };
}

describePredictor('the model container’s server', async () => {
  const server = await startReady('test/fixtures');
  return { predictorOn: (work) => createHttpPredictor({ url: server.url, work }), close: () => server.stop() };
});

describe('with the real server', () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await startReady('test/fixtures');
  }, 60_000);
  afterAll(() => server.stop());

  test('a tensor becomes a prediction at its key', async () => {
    const { work, prediction } = storeWith(tilesOf(2));
    expect(await createHttpPredictor({ url: server.url, work }).predict(request)).toEqual({ state: 'done' });
    const { dtype, shape, data } = readNpy(prediction()!);
    expect({ dtype, shape }).toEqual({ dtype: 'uint8', shape: [1, 3, 16, 16, 16] });
    expect(wholeTumourInTheMiddle(data)).toBe(225); // 255 · sigmoid(4 (2 - 1.5))
  });

  test('a model that is not served is an error, not a reason to wait', async () => {
    const { work, prediction } = storeWith(tilesOf(2));
    const predicted = createHttpPredictor({ url: server.url, work }).predict({
      ...request,
      modelDigest: 'f'.repeat(64),
    });
    await expect(predicted).rejects.toMatchObject({ code: 'PREDICTION' });
    await expect(predicted).rejects.toThrow('status 409 MODEL_NOT_SERVED');
    expect(prediction()).toBeUndefined();
  });

  test('a tensor that the model does not take is an error', async () => {
    const tensor = writeNpy({ dtype: 'float16', shape: [1, 4, 8, 8, 8], data: new Uint16Array(2048) });
    const predicted = createHttpPredictor({ url: server.url, work: storeWith(tensor).work }).predict(request);
    await expect(predicted).rejects.toThrow('status 400 TENSOR');
  });

  test('a tensor that is not there is an error', async () => {
    const predicted = createHttpPredictor({ url: server.url, work: storeWith().work }).predict(request);
    await expect(predicted).rejects.toMatchObject({ code: 'PREDICTION' });
  });
});

describe('with a server that misbehaves', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function predictWith(listener: RequestListener, options: { timeoutMs?: number; channels?: number } = {}) {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { work, prediction } = storeWith(tilesOf(2));
    const outcome = createHttpPredictor({ url, work, ...options }).predict(request);
    return { outcome, prediction };
  }

  test.each([
    [429, '7', 7],
    [503, '2', 2],
    [503, 'Wed, 21 Oct 2065 07:28:00 GMT', 1],
    [500, undefined, 1],
    [504, undefined, 1],
    [429, '86400', 900],
  ])('status %p with Retry-After %p means busy, for %p s', async (status, retryAfter, retryAfterSeconds) => {
    const { outcome, prediction } = await predictWith((_, response) => {
      response.writeHead(status, retryAfter ? { 'Retry-After': retryAfter } : {}).end();
    });
    expect(await outcome).toEqual({ state: 'busy', retryAfterSeconds });
    expect(prediction()).toBeUndefined();
  });

  test.each<[string, RequestListener]>([
    ['does not answer in time', () => {}],
    ['stops in the middle of its answer', (_, response) => void response.writeHead(200).write('x')],
    ['hangs up', (_, response) => void response.destroy()],
  ])('one that %s is busy', async (_, listener) => {
    const { outcome } = await predictWith(listener, { timeoutMs: 300 });
    expect(await outcome).toEqual({ state: 'busy', retryAfterSeconds: 1 });
  });

  test('one that is not there is busy', async () => {
    const { work } = storeWith(tilesOf(2));
    // Port 1 of the loopback: nobody has listened there for decades.
    const outcome = await createHttpPredictor({ url: 'http://127.0.0.1:1', work }).predict(request);
    expect(outcome).toEqual({ state: 'busy', retryAfterSeconds: 1 });
  });

  const npy = (shape: number[], dtype: 'uint8' | 'float16' = 'uint8') => {
    const length = shape.reduce((product, n) => product * n, 1);
    return dtype === 'uint8'
      ? writeNpy({ dtype, shape, data: new Uint8Array(length) })
      : writeNpy({ dtype, shape, data: new Uint16Array(length) });
  };

  test.each([
    ['no .npy file', new TextEncoder().encode('<html>'), 'another file'],
    ['another type', npy([1, 3, 16, 16, 16], 'float16'), 'float16 1×3×16×16×16'],
    ['another size', npy([1, 3, 16, 16, 8]), 'uint8 1×3×16×16×8'],
    ['more samples', npy([2, 3, 16, 16, 16]), 'uint8 2×3×16×16×16'],
    ['fewer axes', npy([1, 3, 16, 16]), 'uint8 1×3×16×16'],
    ['more channels than a model can have', npy([1, 5, 16, 16, 16]), 'expected uint8 1×1..4×16×16×16'],
  ])('an answer that is %s is an error and is not stored', async (_, body, words) => {
    const { outcome, prediction } = await predictWith((_request, response) => void response.end(body));
    await expect(outcome).rejects.toMatchObject({ code: 'PREDICTION' });
    await expect(outcome).rejects.toThrow(words);
    expect(prediction()).toBeUndefined();
  });

  test('an answer of fewer channels than the model has regions is an error where these are known', async () => {
    const { outcome } = await predictWith((_, response) => void response.end(npy([1, 1, 16, 16, 16])), { channels: 3 });
    await expect(outcome).rejects.toThrow('found uint8 1×1×16×16×16, expected uint8 1×3×16×16×16');
  });

  test('the digest and the tile go with the tensor, and connections are used again', async () => {
    const seen: unknown[] = [];
    const ports = new Set<number | undefined>();
    const server = createServer((incoming, response) => {
      seen.push(incoming.headers['x-amzn-sagemaker-custom-attributes']);
      ports.add(incoming.socket.remotePort);
      incoming.resume().on('end', () => response.end(npy([1, 3, 16, 16, 16])));
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const predictor = createHttpPredictor({ url, work: storeWith(tilesOf(2)).work });
    for (let n = 0; n < 8; n++) expect(await predictor.predict(request)).toEqual({ state: 'done' });
    expect(seen).toEqual(new Array(8).fill(`model=${request.modelDigest};tile=d0-h0-w0`));
    expect(ports.size).toBeLessThan(8);
  });
});
