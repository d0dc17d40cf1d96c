import type { Clock } from '../pipeline/ports.ts';

/** The machine's own time and this process's own memory. */
export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  rssMb: () => Math.round(process.memoryUsage.rss() / 2 ** 20),
};
