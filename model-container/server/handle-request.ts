import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerRefusal, answerTensor, Refusal } from './answers.ts';
import { ATTRIBUTES_HEADER, parseAttributes } from './custom-attributes.ts';
import type { Settings } from './environment.ts';
import type { InferenceThreads } from './inference-threads.ts';
import { log } from './log.ts';
import { readBody } from './read-body.ts';

/** What one request needs to know of the server it came to. */
export interface House {
  readonly settings: Settings;
  readonly threads: InferenceThreads;
  /** Requests that are being read, wait or are computed. */
  inside: number;
  stopping: boolean;
}

/** GET /ping: 200 once every model is loaded. POST /invocations: tensor in, prediction out. */
export async function handleRequest(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const path = request.url?.split('?')[0];
    if (path === '/ping' && request.method === 'GET') ping(house, response);
    else if (path === '/invocations' && request.method === 'POST') await invoke(house, request, response);
    else throw new Refusal('NOT_FOUND');
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal('INTERNAL');
    // Whoever waits for a start asks several times a second: no line for those.
    if (refusal.code !== 'LOADING') log('refused', { code: refusal.code });
    if (!response.headersSent) answerRefusal(response, refusal);
  }
}

function ping(house: House, response: ServerResponse): void {
  assertOpen(house);
  response.end();
}

async function invoke(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  assertOpen(house);
  const { model, tile } = parseAttributes(request.headers[ATTRIBUTES_HEADER]);
  const digest = servedDigest(house, model);
  // Before the body is read: what waits is in memory.
  if (house.inside >= house.settings.maxRequests) throw new Refusal('BUSY');
  house.inside++;
  try {
    const startMs = performance.now();
    const tensor = await readBody(request, house.settings.maxBodyBytes);
    const prediction = await house.threads.infer(digest, tensor, goneSignal(response));
    // A connection that were kept would keep the server from closing.
    if (house.stopping) response.setHeader('Connection', 'close');
    answerTensor(response, prediction);
    log('predicted', { model: digest, tile, bytes: prediction.length, ms: Math.round(performance.now() - startMs) });
  } finally {
    house.inside--;
  }
}

function assertOpen({ threads, stopping }: House): void {
  if (stopping) throw new Refusal('STOPPING');
  if (!threads.models()) throw new Refusal('LOADING');
}

/** The model that the caller names; where it names none, the only one there is. */
function servedDigest({ threads }: House, asked: string | undefined): string {
  const served = [...threads.models()!.keys()];
  const digest = asked ?? (served.length === 1 ? served[0] : undefined);
  if (digest === undefined || !served.includes(digest))
    throw new Refusal('MODEL_NOT_SERVED', `asked for ${asked ?? 'no model'}; served are ${served.join(', ')}`);
  return digest;
}

/** Aborts when the caller goes away before its answer: nobody would get what is computed for it. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
