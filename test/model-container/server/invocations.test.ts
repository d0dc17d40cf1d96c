import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ModelServer } from '../../../functions/adapters/model-server.ts';
import { readNpy, writeNpy } from '../../../functions/core/tensor/npy.ts';
import { digestOf, invoke, startReady, tilesOf, wholeTumourInTheMiddle } from './start-server.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const [digest2d, digest3d] = [digestOf(2), digestOf(3)];
let all: ModelServer;
let single: ModelServer;

beforeAll(async () => {
  all = await startReady('test/fixtures', { MAX_BODY_BYTES: String(MAX_BODY_BYTES) });
  single = await startReady('test/fixtures/tiny-model-3d');
}, 60_000);
afterAll(async () => {
  await Promise.all([all.stop(), single.stop()]);
});

async function predictionOf(response: Response) {
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-npy']);
  return readNpy(new Uint8Array(await response.arrayBuffer()));
}

async function refusalOf(response: Response) {
  return { status: response.status, ...((await response.json()) as { code: string; message: string }) };
}

describe('POST /invocations', () => {
  test('answers a tensor with probabilities', async () => {
    const { dtype, shape, data } = await predictionOf(
      await invoke(all, tilesOf(2, 2), `model=${digest3d};tile=d0-h0-w0`),
    );
    expect({ dtype, shape }).toEqual({ dtype: 'uint8', shape: [2, 3, 16, 16, 16] });
    expect(wholeTumourInTheMiddle(data)).toBe(225); // 255 · sigmoid(4 (2 - 1.5))
  });

  test('answers by the model that is named', async () => {
    const slab = writeNpy({ dtype: 'float16', shape: [4, 4, 32, 32], data: new Uint16Array(16384) });
    expect((await predictionOf(await invoke(all, slab, `tile=x; model=${digest2d}`))).shape).toEqual([4, 3, 32, 32]);
  });

  test('refuses a model that it does not serve with 409, and says which it does', async () => {
    const refusal = await refusalOf(await invoke(all, tilesOf(2), `model=${'0'.repeat(64)}`));
    expect(refusal).toMatchObject({ status: 409, code: 'MODEL_NOT_SERVED' });
    expect(refusal.message).toContain(digest2d);
    expect(refusal.message).toContain(digest3d);
  });

  test('refuses to choose between two models, and takes the one where there is one', async () => {
    expect(await refusalOf(await invoke(all, tilesOf(2)))).toMatchObject({ status: 409, code: 'MODEL_NOT_SERVED' });
    expect((await predictionOf(await invoke(single, tilesOf(2)))).shape).toEqual([1, 3, 16, 16, 16]);
  });

  test.each([
    ['something else', new Uint8Array(500), 'a .npy file'],
    ['nothing', new Uint8Array(0), 'a .npy file'],
    ['a tensor cut off', tilesOf(2).subarray(0, 1000), '1000 bytes'],
    [
      'a tile of another shape',
      writeNpy({ dtype: 'float16', shape: [1, 4, 2, 2, 2], data: new Uint16Array(32) }),
      '1×4×2×2×2',
    ],
    [
      'numbers of another type',
      writeNpy({ dtype: 'uint8', shape: [1, 4, 2, 2, 2], data: new Uint8Array(32) }),
      'uint8',
    ],
  ])('refuses %s with 400', async (_, body, words) => {
    const refusal = await refusalOf(await invoke(single, body));
    expect(refusal).toMatchObject({ status: 400, code: 'TENSOR' });
    expect(refusal.message).toContain(words);
  });

  test('goes on after every refusal', async () => {
    expect((await fetch(`${single.url}/ping`)).status).toBe(200);
    expect((await invoke(single, tilesOf(2))).status).toBe(200);
  });

  test('refuses a body that says to be too large, before it comes', async () => {
    const { status, body } = await rawPost({ 'Content-Length': MAX_BODY_BYTES + 1 }, 0);
    expect([status, JSON.parse(body).code]).toEqual([413, 'TOO_LARGE']);
  });

  test('refuses a body that becomes too large without having said so', async () => {
    const { status, body } = await rawPost({ 'Transfer-Encoding': 'chunked' }, MAX_BODY_BYTES + 1);
    expect([status, JSON.parse(body).code]).toEqual([413, 'TOO_LARGE']);
  });

  test('forgets a caller that goes away in the middle of its body', async () => {
    const call = request(`${all.url}/invocations`, { method: 'POST', headers: { 'Content-Length': 1000 } });
    call.on('error', () => {});
    call.setHeader('X-Amzn-SageMaker-Custom-Attributes', `model=${digest3d}`);
    call.write('half of it');
    await new Promise((sent) => setTimeout(sent, 100));
    call.destroy();
    expect((await invoke(all, tilesOf(2), `model=${digest3d}`)).status).toBe(200);
  });
});

test.each([
  ['GET', '/'],
  ['GET', '/invocations'],
  ['POST', '/ping'],
])('%s %s is not there', async (method, path) => {
  expect(await refusalOf(await fetch(`${all.url}${path}`, { method }))).toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
  });
});

/** A POST whose answer is read while the body is still being sent, which `fetch` does not promise. */
function rawPost(headers: Record<string, string | number>, bytes: number): Promise<{ status?: number; body: string }> {
  return new Promise((done, fail) => {
    const all3d = { 'X-Amzn-SageMaker-Custom-Attributes': `model=${digest3d}`, ...headers };
    const call = request(`${all.url}/invocations`, { method: 'POST', headers: all3d }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      call.destroy();
      done({ status: response.statusCode, body });
    });
    call.on('error', fail);
    call.flushHeaders();
    if (bytes > 0) call.write(new Uint8Array(bytes));
  });
}
