import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Delivered, deliverAsync, type OutputConfig } from './sagemaker-async.ts';
import { AwsRefusal, asyncRequestOf, MOST_REALTIME_BYTES } from './sagemaker-requests.ts';

/** What an endpoint does with a request, other than to serve it. */
export type Mood =
  /** Refused at the door, as SageMaker words it. */
  | 'ThrottlingException'
  | 'ServiceUnavailable'
  | 'InternalFailure'
  | 'ModelError'
  /** Accepted, and never heard of again: expired with no notification, or the instance died with it. */
  | 'lose'
  /** Accepted; then a notification of failure. */
  | 'fail';

export interface StandIn {
  /** Endpoints by name; others are unknown, as in an account. */
  readonly endpoints: Map<string, OutputConfig>;
  /** Moods of the next requests, one each; after them requests are served. */
  readonly moods: Mood[];
  /** What was asked so far and how it was met: `served`, `unknown endpoint` or a mood. */
  readonly met: string[];
  /** What became of asynchronous requests, as they ended. */
  readonly delivered: Delivered[];
  /** Tensors that asynchronous requests came in for, by location; a request that comes twice names its twice. */
  readonly accepted: string[];
  /** An endpoint at zero instances: it accepts, and answers after `wake`. */
  sleep(): void;
  wake(): void;
  close(): Promise<void>;
}

export interface StandInOptions {
  port: number;
  /** The model container's own server. */
  modelServer: string;
  /** Requests that the container is given at once. */
  instances?: number;
}

/**
 * A stand-in for the SageMaker runtime API, in front of the model container's real server. What it stands for is
 * described at https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html and
 * …/API_runtime_InvokeEndpoint.html; it is stricter than it has to be, so that nothing wrong passes here.
 */
export async function startStandIn({ port, modelServer, instances = 2 }: StandInOptions): Promise<StandIn> {
  const endpoints = new Map<string, OutputConfig>();
  const moods: Mood[] = [];
  const met: string[] = [];
  const accepted: string[] = [];
  const delivered: Delivered[] = [];
  const waiting: (() => Promise<Delivered>)[] = [];
  let busy = 0;
  let isAwake = true;

  function pump(): void {
    while (isAwake && busy < instances && waiting.length > 0) {
      busy++;
      void waiting.shift()!()
        .then((what) => delivered.push(what))
        .finally(() => {
          busy--;
          pump();
        });
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name, verb] = /^\/endpoints\/([^/]+)\/(invocations|async-invocations)$/.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || !name) throw new AwsRefusal(404, 'UnknownOperationException', 'not stood in for');
    const body = await bodyOf(request);
    const output = endpoints.get(name);
    if (!output) {
      met.push('unknown endpoint');
      throw new AwsRefusal(400, 'ValidationError', `Endpoint ${name} of account 000000000000 not found.`);
    }
    const mood = moods.shift();
    met.push(mood ?? 'served');
    const door = mood && REFUSED_AT_THE_DOOR[mood];
    if (door) throw new AwsRefusal(door, mood, 'as the test wished');
    if (verb === 'invocations') return answer(request, response, body);

    const asked = asyncRequestOf(name, request.headers, output);
    accepted.push(asked.inputLocation);
    if (mood !== 'lose') {
      waiting.push(() => deliverAsync(asked, output, { modelServer, isToFail: mood === 'fail' }));
      pump();
    }
    response.writeHead(202, {
      'Content-Type': 'application/json',
      'X-Amzn-SageMaker-OutputLocation': asked.outputLocation,
      'X-Amzn-SageMaker-FailureLocation': asked.failureLocation,
    });
    response.end(JSON.stringify({ InferenceId: asked.inferenceId }));
  }

  async function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    if (body.length > MOST_REALTIME_BYTES) throw new AwsRefusal(413, 'ValidationError', 'Request body is too large.');
    const attributes = request.headers['x-amzn-sagemaker-custom-attributes'] ?? '';
    const answered = await fetch(`${modelServer}/invocations`, {
      method: 'POST',
      body: Uint8Array.from(body),
      headers: {
        'Content-Type': request.headers['content-type'] ?? '',
        'X-Amzn-SageMaker-Custom-Attributes': String(attributes),
      },
    });
    const bytes = Buffer.from(await answered.arrayBuffer());
    if (!answered.ok)
      throw new AwsRefusal(424, 'ModelError', 'Received an error from the container.', {
        OriginalStatusCode: answered.status,
        OriginalMessage: bytes.toString(),
      });
    response.writeHead(200, {
      'Content-Type': answered.headers.get('content-type') ?? 'application/octet-stream',
      'x-Amzn-Invoked-Production-Variant': 'AllTraffic',
    });
    response.end(bytes);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      const refusal = error instanceof AwsRefusal ? error : new AwsRefusal(500, 'InternalFailure', String(error));
      response.writeHead(refusal.status, { 'Content-Type': 'application/json', 'x-amzn-ErrorType': refusal.type });
      response.end(JSON.stringify({ Message: refusal.message, message: refusal.message, ...refusal.fields }));
    });
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));

  return {
    endpoints,
    moods,
    met,
    accepted,
    delivered,
    sleep() {
      isAwake = false;
    },
    wake() {
      isAwake = true;
      pump();
    },
    async close() {
      waiting.length = 0;
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const REFUSED_AT_THE_DOOR: Partial<Record<Mood, number>> = {
  ThrottlingException: 400,
  ServiceUnavailable: 503,
  InternalFailure: 500,
  ModelError: 424,
};

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
