import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type ModelServer, startModelServer } from '../../../functions/adapters/model-server.ts';
import { invoke, startReady, tilesOf } from './start-server.ts';

const MODEL = 'test/fixtures/tiny-model-3d';
const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((next) => setTimeout(next, 20));
}

describe('the model server as a child process', () => {
  test('listens before its models are loaded, and says 503 until they are', async () => {
    const server = await startModelServer({ modelsFolder: MODEL, threads: 1 });
    servers.push(server);
    const early = await fetch(`${server.url}/ping`);
    expect(early.status).toBe(503);
    expect(early.headers.get('retry-after')).toBe('1');
    expect(await early.json()).toMatchObject({ code: 'LOADING' });
    await server.ready;
    expect((await fetch(`${server.url}/ping`)).status).toBe(200);
    expect(server.rssMb()).toBeGreaterThan(20);
  }, 60_000);

  test('ends what it has begun when it is asked to stop, and takes nothing new', async () => {
    const server = await startReady(MODEL);
    servers.push(server);
    const begun = Array.from({ length: 8 }, () => invoke(server, tilesOf(2, 400)));
    await Promise.race(begun);
    const stopped = server.stop();
    const answers = await Promise.all(begun);
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    // The first was answered before the stop; of the others at least the last knows of it.
    expect(answers.map(({ headers }) => headers.get('connection'))).toContain('close');
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    await stopped;
    expect(isRunning(server.pid)).toBe(false);
    expect(server.rssMb()).toBe(0);
    await expect(fetch(`${server.url}/ping`)).rejects.toThrow();
    await server.stop();
  }, 60_000);

  test('tells whoever waits for it why it cannot serve', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'models-'));
    const lines: string[] = [];
    const server = await startModelServer({ modelsFolder: empty, threads: 1, onLine: (line) => lines.push(line) });
    await expect(server.ready).rejects.toMatchObject({ code: 'MODEL' });
    await expect(server.ready).rejects.toThrow('no configs/metadata.json in the models folder');
    expect(lines.at(-1)).toContain('"event":"failed"');
    rmSync(empty, { recursive: true });
  }, 60_000);

  test('names a setting that it does not understand', async () => {
    const environment = { MAX_REQUESTS: 'many' };
    await expect(startModelServer({ modelsFolder: MODEL, threads: 1, environment })).rejects.toThrow('MAX_REQUESTS');
  }, 60_000);

  test('leaves when its parent is killed, which has no time to say so', async () => {
    const parent = spawn(process.execPath, ['--import', 'tsx', 'test/model-container/server/parent.ts', MODEL], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const pid = await new Promise<number>((told) => parent.stdout.once('data', (data) => told(Number(data))));
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isRunning(pid));
  }, 60_000);
});
