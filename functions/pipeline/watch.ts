import type { DeadLetters, Ports } from './ports.ts';
import { watchLetters } from './watch-letters.ts';
import { createRound } from './watch-round.ts';
import { watchRuns } from './watch-runs.ts';
import { watchUploads } from './watch-uploads.ts';

/** What the watchdog saw and did in one tick. */
export interface Watched {
  /** Markers of what the world has not been told of yet. */
  inFlight: number;
  /** Runs, and uploads that nobody had begun, that were sent on their way. */
  moved: number;
  /** Studies that were failed: by a dead letter, or because they did not move. */
  failed: number;
  /** Dead letters that lie in the queues. */
  letters: number;
}

/**
 * Nothing ends in silence, whatever event was lost: dead letters become errors, runs that have not moved for longer
 * than they should are moved or failed, uploads that nobody began are begun. It looks at objects only, so that it can
 * come twice, late or never; all it sends are messages that use-cases take twice anyway.
 * @throws AggregateError of what single looks met, after all the others were done
 */
export async function watch(ports: Ports & { deadLetters: DeadLetters }): Promise<Watched> {
  const round = createRound(ports.clock.nowMs());
  const { letters, failed: failedLetters } = await watchLetters(ports, round);
  const { inFlight, moved, failed } = await watchRuns(ports, round);
  const begun = await watchUploads(ports, round);
  round.end();
  return { inFlight, moved: moved + begun, failed: failedLetters + failed, letters };
}
