import type { OpenWork } from '../contract/documents.ts';
import { idOfOpen, nudgeKey, nudgesPrefix, OPEN_PREFIX } from '../contract/keys.ts';
import { stalledAfterSeconds, WATCH } from '../contract/stages.ts';
import { NeurotileError } from '../core/errors.ts';
import { failStudy } from './fail.ts';
import { getJson, toJson } from './json.ts';
import { lookAt, type Standing } from './look-at-run.ts';
import type { ObjectInfo, Ports } from './ports.ts';
import type { Round } from './watch-round.ts';

/** Markers that one tick looks at. */
const MOST_MARKERS = 500;
/** Runs that one tick moves: where all stand still together, they wait in queues, and copies of their messages too. */
const MOST_MOVED = 50;

/**
 * Moves what has not moved for longer than it should, or fails it where moving has not helped.
 * @returns how many markers there are, and what was done about them
 */
export async function watchRuns(
  ports: Ports,
  round: Round,
): Promise<{ inFlight: number; moved: number; failed: number }> {
  const markers = await ports.work.list(OPEN_PREFIX);
  const isOld = ({ storedMs }: ObjectInfo) => round.nowMs - storedMs > 1000 * SHORTEST_SECONDS;
  let moved = 0;
  let failed = 0;
  const share = { most: MOST_MARKERS, everySeconds: WATCH.everySeconds };
  await round.some(markers.filter(isOld), share, async (marker) => {
    if (moved >= MOST_MOVED) return;
    const done = await watchMarker(marker, round.nowMs, ports);
    if (done === 'moved') moved++;
    if (done === 'failed') failed++;
  });
  return { inFlight: markers.length, moved, failed };
}

/** Nothing stalls sooner than what only waits to be announced. */
const SHORTEST_SECONDS = stalledAfterSeconds('announce', 0);

type Done = 'nothing' | 'moved' | 'failed';

async function watchMarker(marker: ObjectInfo, nowMs: number, ports: Ports): Promise<Done> {
  const id = idOfOpen(marker.key);
  const open = id === undefined ? undefined : await getJson<OpenWork>(ports.work, marker.key);
  if (id === undefined || !open) return 'nothing';

  const standing = await lookAt(id, open, marker, ports);
  // Those of an earlier attempt at the run are older than its marker.
  const nudges = (await ports.work.list(nudgesPrefix(id))).filter((n) => n.storedMs >= marker.storedMs);
  const movedMs = Math.max(marker.storedMs, standing.movedMs, ...nudges.map((n) => n.storedMs));
  const stillSeconds = (nowMs - movedMs) / 1000;
  if (stillSeconds <= stalledAfterSeconds(standing.next.stage, nudges.length)) return 'nothing';

  ports.log({ stage: 'watch', run: open.run, message: `stalled before ${standing.next.stage}`, done: nudges.length });
  if (standing.state === 'under way' && nudges.length >= WATCH.nudges) {
    await failStudy(open, stalledError(standing, stillSeconds), ports);
    return 'failed';
  }
  // Nothing but the marker was written, so nothing of it is left to be watched: `ingest` begins again, or refuses.
  if (standing.state === 'not begun') await ports.work.remove(marker.key);
  else await ports.work.put(nudgeKey(id, nudges.length + 1), toJson({ v: 1, next: standing.next.stage }));
  for (const message of [standing.next, ...standing.others]) await ports.queue.send(message);
  return 'moved';
}

function stalledError({ next }: Standing, stillSeconds: number): NeurotileError {
  return new NeurotileError('STALLED', {
    found: `nothing new for ${Math.round(stillSeconds / 3600)} hours before the stage ${next.stage}`,
    expected: `progress after one of ${WATCH.nudges} attempts to move it`,
  });
}
