import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as it came over the wire. */
export interface Call {
  method: string;
  /** Path and query, as they were sent. */
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** Tells connections apart. */
  fromPort: number | undefined;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** `silence`: no answer. `stall`: the body stops half-way. `break`: it breaks off there. */
  trouble?: 'silence' | 'stall' | 'break';
}

/** An answer, or what makes one of a call. */
export type Answering = Answer | ((call: Call) => Answer | Promise<Answer>);

export interface RecordedAws {
  readonly url: string;
  /** Every call since `answer`. */
  readonly calls: readonly Call[];
  /** From now on calls get these answers, in their order, the last one for ever; or what a function makes of a call. */
  answer(...answers: readonly Answering[]): void;
  close(): Promise<void>;
}

/**
 * A server on the loopback that answers as AWS was seen to, and keeps what it was sent. The environment's endpoint and
 * credentials become this one's, so that no client of the process can reach anything else.
 */
export async function startRecordedAws(): Promise<RecordedAws> {
  let answers: readonly Answering[] = [];
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const { method = '', url = '', headers } = request;
      const call = { method, url, headers, body: Buffer.concat(parts), fromPort: request.socket.remotePort };
      const planned = answers[Math.min(calls.length, answers.length - 1)];
      calls.push(call);
      send(response, typeof planned === 'function' ? await planned(call) : planned);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  pointAt(url);
  return {
    url,
    calls,
    answer(...planned) {
      answers = planned;
      calls.length = 0;
    },
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Clients made from now on go there, with credentials that are none. */
export function pointAt(url: string): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
  });
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '', trouble }: Answer): void {
  if (trouble === 'silence') return;
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'Content-Length': bytes.length, ...headers });
  if (!trouble) response.end(bytes);
  else
    response.write(bytes.subarray(0, bytes.length >> 1), () => {
      if (trouble === 'break') response.destroy();
    });
}
