import type { IncomingMessage } from 'node:http';
import { Refusal } from './answers.ts';

/**
 * A request's body in memory of its own (so that it can be handed to another thread), bounded by what was declared
 * and by what comes.
 * @throws Refusal TOO_LARGE, TENSOR where less came than was declared
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  if (declared > maxBytes)
    throw new Refusal('TOO_LARGE', `${declared} bytes are declared; at most ${maxBytes} are taken`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Not `for await`, which would destroy the connection before the refusal is sent.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else reject(new Refusal('TOO_LARGE', `more than ${maxBytes} bytes came`));
    });
    request.on('end', resolve);
    request.on('close', () => reject(new Refusal('TENSOR', `the connection ended after ${length} bytes`)));
    request.on('error', () => reject(new Refusal('TENSOR', `the connection broke after ${length} bytes`)));
  });
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
