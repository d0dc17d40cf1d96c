import type { ServerResponse } from 'node:http';

/** Everything that the server says other than a prediction. 5xx, 429: ask again. The other 4xx: it will stay so. */
export const REFUSALS = {
  TENSOR: { status: 400, message: 'the body is not a tensor for this model' },
  NOT_FOUND: { status: 404, message: 'there are GET /ping and POST /invocations' },
  MODEL_NOT_SERVED: { status: 409, message: 'this model is not served here' },
  TOO_LARGE: { status: 413, message: 'the body is larger than this server takes' },
  BUSY: { status: 429, message: 'too many requests are waiting' },
  INTERNAL: { status: 500, message: 'the model failed' },
  LOADING: { status: 503, message: 'the models are still being loaded' },
  STOPPING: { status: 503, message: 'this server is about to stop' },
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** Thrown anywhere in a request; answered as `{"code", "message"}`. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, detail?: string) {
    super(detail ?? REFUSALS[code].message);
    this.code = code;
  }
}

const RETRY_AFTER_SECONDS = 1;

export function answerRefusal(response: ServerResponse, { code, message }: Refusal): void {
  const { status } = REFUSALS[code];
  const body = JSON.stringify({ code, message });
  response.statusCode = status;
  if (status === 429 || status === 503) response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
  // What is left of a body that is too large, or of a house that is closing, is not worth reading to its end.
  if (code === 'TOO_LARGE' || code === 'STOPPING') response.setHeader('Connection', 'close');
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

export function answerTensor(response: ServerResponse, npy: Uint8Array): void {
  response.setHeader('Content-Type', 'application/x-npy');
  response.setHeader('Content-Length', npy.length);
  response.end(npy);
}
