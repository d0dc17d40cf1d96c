import { afterAll, describe, expect, test } from '@jest/globals';
import type { ModelServer } from '../../../functions/adapters/model-server.ts';
import { invoke, startReady, tilesOf } from './start-server.ts';

const servers: ModelServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
}, 60_000);

async function start(environment: Record<string, string>): Promise<ModelServer> {
  const server = await startReady('test/fixtures/tiny-model-3d', environment);
  servers.push(server);
  return server;
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('requests that come at once', () => {
  test('get, whatever is grouped, the bytes that each would have got alone', async () => {
    const bodies = Array.from({ length: 12 }, (_, n) => tilesOf(n / 4, 1 + (n % 3)));
    const alone: Buffer[] = [];
    const one = await start({ SAMPLES_AT_ONCE: '1' });
    for (const body of bodies) alone.push(await bytesOf(await invoke(one, body)));
    for (const atOnce of ['2', '5', '32']) {
      const server = await start({ SAMPLES_AT_ONCE: atOnce });
      const together = await Promise.all(bodies.map(async (body) => bytesOf(await invoke(server, body))));
      expect(together.map((answer, n) => answer.equals(alone[n]))).toEqual(bodies.map(() => true));
    }
  }, 60_000);

  test('are bounded: the next one is told to come again, and does', async () => {
    const server = await start({ MAX_REQUESTS: '2' });
    const body = tilesOf(2, 64);
    const responses = await Promise.all(Array.from({ length: 8 }, () => invoke(server, body)));
    const statuses = responses.map(({ status }) => status).sort();
    expect(statuses.slice(0, 2)).toEqual([200, 200]);
    expect(statuses.at(-1)).toBe(429);
    const busy = responses.find(({ status }) => status === 429)!;
    expect(Number(busy.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await busy.json()).toMatchObject({ code: 'BUSY' });
    await Promise.all(responses.filter((r) => r !== busy).map((r) => r.arrayBuffer()));
    const again = await invoke(server, body);
    expect(again.status).toBe(200);
    await again.arrayBuffer();
  }, 60_000);

  test('do not keep the server from answering /ping', async () => {
    const server = await start({});
    const slow = invoke(server, tilesOf(2, 400));
    let isDone = false;
    const done = slow.then(() => {
      isDone = true;
    });
    await new Promise((sent) => setTimeout(sent, 50));
    expect((await fetch(`${server.url}/ping`)).status).toBe(200);
    expect(isDone).toBe(false);
    await done;
    expect((await bytesOf(await slow)).length).toBe(400 * 3 * 4096 + 128);
  }, 60_000);
});
