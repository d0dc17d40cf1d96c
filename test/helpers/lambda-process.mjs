// A Lambda's process: imports the index.mjs of the folder that it stands in, and answers each event that it is sent.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const startedMs = performance.now();
const { handler } = await import(pathToFileURL(join(process.cwd(), 'index.mjs')).href);
process.send({ ready: typeof handler, importMs: performance.now() - startedMs });

process.on('message', async (event) => {
  const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 600_000 };
  try {
    process.send({ answer: await handler(event, context) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
