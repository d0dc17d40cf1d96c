import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { guarded } from './guarded.mjs';

const HEALTHY_WITHIN_MS = 60_000;

/**
 * What everything that speaks AWS is given: the emulator's address and credentials that open nothing, so that nothing
 * here can ever reach a real account.
 */
export function awsEnvironment({ port, standInPort, temp }) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK|NEUROTILE)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    // `node`, wherever it is called: the one that runs this.
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    TMPDIR: temp,
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    // Functions inherit this from the emulator.
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: `http://127.0.0.1:${standInPort}`,
    // The control plane; suites run one after the other, so one port does for both.
    AWS_ENDPOINT_URL_SAGEMAKER: `http://127.0.0.1:${standInPort}`,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(temp, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(temp, 'no-credentials'),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CDK_HOME: join(temp, 'cdk'),
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

/** Starts the emulator on the loopback alone; resolves when it is healthy. */
export async function startEmulator({ programs, port, env, temp, log }) {
  const output = openSync(log, 'w');
  const emulator = guarded([join(programs, 'ministack')], {
    cwd: temp,
    env: {
      ...env,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      // Stands in the URLs of queues.
      MINISTACK_HOST: '127.0.0.1',
      LAMBDA_ACCOUNT_CONCURRENCY: '100',
    },
    output,
    sweep: temp,
  });
  closeSync(output);
  const ended = emulator.exited.then((code) => {
    throw new Error(`the emulator ended with ${code} before it was healthy: see ${log}`);
  });
  await Promise.race([untilHealthy(port), ended]).catch(async (error) => {
    await emulator.stop();
    throw error;
  });
  ended.catch(() => {});
  return emulator;
}

async function untilHealthy(port) {
  for (const deadline = Date.now() + HEALTHY_WITHIN_MS; Date.now() < deadline; await sleep(100)) {
    const answer = await fetch(`http://127.0.0.1:${port}/_ministack/health`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
  }
  throw new Error(`the emulator was not healthy within ${HEALTHY_WITHIN_MS / 1000} s`);
}

/** A port of the loopback that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
