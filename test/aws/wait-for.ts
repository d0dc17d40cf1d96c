import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until there is something to see. @throws Error naming what did not come */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  { seconds = 120, everyMs = 500 }: { seconds?: number; everyMs?: number } = {},
): Promise<T> {
  for (const deadline = Date.now() + 1000 * seconds; Date.now() < deadline; await sleep(everyMs)) {
    const seen = await look();
    if (seen) return seen;
  }
  throw new Error(`${what} did not come within ${seconds} s`);
}

/** What a part took, where people look. */
export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startMs = Date.now();
  try {
    return await work();
  } finally {
    process.stderr.write(`  ${what}: ${((Date.now() - startMs) / 1000).toFixed(1)} s\n`);
  }
}
