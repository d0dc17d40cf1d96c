/**
 * The model container's server: pure HTTP, as SageMaker asks of a container, and the same on a laptop.
 *
 *   node model-container/server/main.mjs [serve]
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readSettings, type Settings } from './environment.ts';
import { type House, handleRequest } from './handle-request.ts';
import { startInferenceThreads } from './inference-threads.ts';
import { log } from './log.ts';

/** A connection that rests between two tiles is kept: longer than a stage needs to make the next. */
const KEEP_ALIVE_MS = 65_000;

try {
  const [task = 'serve'] = process.argv.slice(2);
  if (task !== 'serve') throw new Error(`the task is "${task}"; this container knows "serve"`);
  start(readSettings(process.env));
} catch (error) {
  leave(1, (error as Error).message);
}

function start(settings: Settings): void {
  const house: House = { settings, threads: startThreads(settings), inside: 0, stopping: false };
  const server = createServer((request, response) => void handleRequest(house, request, response));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // At once, before the models are loaded: until then /ping says 503, which tells starting from broken.
  server.listen(settings.port, settings.host, () => {
    log('listening', { port: (server.address() as AddressInfo).port });
  });
  server.on('error', (error) => leave(1, error.message));
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  process.once('SIGTERM', () => void drain(house, server, sockets));
  if (settings.exitWithParent) leaveWithParent();
}

function startThreads(settings: Settings) {
  return startInferenceThreads(settings, {
    onLoaded: (models) => log('loaded', { models: [...models.keys()], threads: settings.threads }),
    onLost: (message) => leave(1, message),
  });
}

/** Takes nothing new, ends what it has begun, and leaves; SageMaker gives 30 s for that. */
async function drain(house: House, server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  house.stopping = true;
  log('stopping', { inside: house.inside });
  await untilSent(sockets);
  await new Promise((resolve) => server.close(resolve));
  await house.threads.stop();
  leave(0);
}

/** `close` ends connections that rest, and takes one for resting whose last answer still waits to be sent. */
async function untilSent(sockets: ReadonlySet<Socket>): Promise<void> {
  while ([...sockets].some((socket) => socket.writableLength > 0)) await new Promise((next) => setTimeout(next, 10));
}

/** A parent that is killed cannot say so, but its end of the pipe closes. */
function leaveWithParent(): void {
  process.stdin.resume();
  process.stdin.once('close', () => leave(0));
}

function leave(status: 0 | 1, message?: string): never {
  if (message) process.stderr.write(`${JSON.stringify({ event: 'failed', message })}\n`);
  process.exit(status);
}
