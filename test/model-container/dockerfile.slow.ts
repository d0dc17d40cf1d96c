import { type ChildProcess, execSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readNpy, writeNpy } from '../../functions/core/tensor/npy.ts';
import { readBundle } from '../../infra/model-bundle.ts';
import { inRoot, ROOT } from '../../infra/root.ts';
import { tempFolders } from '../helpers/temp-folder.ts';
import { copy, isInContext, parseDockerfile } from './dockerfile.ts';

const makeFolder = tempFolders();
const steps = parseDockerfile(readFileSync(inRoot('model-container/Dockerfile'), 'utf8'));
const restOf = (name: string) => steps.filter((step) => step.name === name).map(({ rest }) => rest);
const MODEL = readBundle('unet2d');

/** What Docker would do, but for the base image and the user: the same files, the same install, the same command. */
describe('the steps of the Dockerfile, in an empty folder', () => {
  let workFolder: string;
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const image = await makeFolder();
    workFolder = join(image, restOf('WORKDIR')[0]);
    for (const { name, rest } of steps) {
      if (name === 'COPY') copy(rest, ROOT, workFolder);
      if (name === 'RUN') run(rest);
    }
    const [command, ...args] = JSON.parse(restOf('ENTRYPOINT')[0]) as string[];
    const env = { PATH: process.env.PATH, MODELS_FOLDER: MODEL.folder, HOST: '127.0.0.1', PORT: '0', THREADS: '2' };
    // SageMaker adds `serve`.
    server = spawn(command, [...args, 'serve'], { cwd: workFolder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: server.stdout! })) {
      const { event, port } = JSON.parse(line);
      if (event !== 'listening') continue;
      url = `http://127.0.0.1:${port}`;
      break;
    }
    server.stdout!.resume();
  }, 600_000);

  afterAll(async () => {
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    await gone;
  });

  /** Commands joined by &&; the cache that a build throws away is somebody's own here. */
  function run(commands: string): void {
    for (const command of commands.split('&&').map((c) => c.trim()))
      if (command !== 'npm cache clean --force')
        execSync(command, { cwd: workFolder, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  test('copy what the build is given, and start from the Node that is deployed', () => {
    const ignored = readFileSync(inRoot('model-container/Dockerfile.dockerignore'), 'utf8');
    const copied = restOf('COPY').flatMap((rest) => rest.split(/\s+/).slice(0, -1));
    expect(copied.length).toBeGreaterThan(4);
    for (const path of copied) expect([path, isInContext(path, ignored)]).toEqual([path, true]);
    expect(restOf('FROM')).toEqual([expect.stringMatching(/^node:24-/)]);
    expect(restOf('EXPOSE')).toEqual(['8080']);
  });

  test('leave out what only development needs', () => {
    expect(existsSync(join(workFolder, 'node_modules/onnxruntime-node'))).toBe(true);
    for (const name of ['jest', 'typescript', 'aws-cdk-lib'])
      expect(existsSync(join(workFolder, 'node_modules', name))).toBe(false);
  });

  test('make a server that answers /ping, and segments a tile of a shipped model', async () => {
    for (let tries = 0; tries < 600 && !(await fetch(`${url}/ping`)).ok; tries++)
      await new Promise((next) => setTimeout(next, 100));
    const [d, h, w] = MODEL.spec.tile;
    const data = new Uint16Array(d * 4 * h * w); // A slab of slices, all zero: d×4×h×w.
    const body = writeNpy({ dtype: 'float16', shape: [d, 4, h, w], data });
    const answer = await fetch(`${url}/invocations`, { method: 'POST', body });
    expect(answer.status).toBe(200);
    const prediction = readNpy(new Uint8Array(await answer.arrayBuffer()));
    expect(prediction).toMatchObject({ dtype: 'uint8', shape: [d, 3, h, w] });
  });
});
