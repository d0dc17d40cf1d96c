import type { OpenWork } from '../contract/documents.ts';
import { INCOMING_PREFIX, OPEN_PREFIX, resultsPrefix, studyOfIncoming } from '../contract/keys.ts';
import { WATCH } from '../contract/stages.ts';
import { errorKeyOf } from './error-key.ts';
import { getJson } from './json.ts';
import type { Ports } from './ports.ts';
import type { Round } from './watch-round.ts';

const HOUR_MS = 3600_000;
/** By then `ingest` has written something of every study whose upload it was told of, if only what it waits for. */
const OLD_MS = 15 * 60_000;
/** Older uploads were seen by some two dozen ticks before. */
const ANCIENT_MS = 26 * HOUR_MS;
/** Studies that one tick looks at. */
const MOST_STUDIES = 1000;
/** Studies that one tick begins. */
const MOST_BEGUN = 200;

/**
 * Begins studies of whose upload nobody heard: they lie there for a while, and nothing of them is written or under way.
 * Listing all uploads is dear, so it is done in the first tick of every hour.
 * @returns how many were begun
 */
export async function watchUploads(ports: Ports, round: Round): Promise<number> {
  if (round.nowMs % HOUR_MS >= 1000 * WATCH.everySeconds) return 0;
  const uploads = [...(await newestUploads(ports))].filter(([, storedMs]) => isDue(round.nowMs - storedMs));
  const silent: string[] = [];
  await round.some(uploads, { most: MOST_STUDIES, everySeconds: HOUR_MS / 1000 }, async ([study]) => {
    if (!(await isHeardOf(study, ports))) silent.push(study);
  });
  const open = silent.length > 0 ? await openStudies(ports) : new Set();
  const lost = silent.filter((study) => !open.has(study)).slice(0, MOST_BEGUN);
  await round.each(lost, (study) => ports.queue.send({ v: 1, stage: 'ingest', study }));
  return lost.length;
}

const isDue = (ageMs: number) => ageMs > OLD_MS && ageMs < ANCIENT_MS;

/** When each study's newest object came. */
async function newestUploads({ studies }: Ports): Promise<Map<string, number>> {
  const newest = new Map<string, number>();
  for (const { key, storedMs } of await studies.list(INCOMING_PREFIX)) {
    const study = studyOfIncoming(key);
    if (study !== undefined) newest.set(study, Math.max(storedMs, newest.get(study) ?? 0));
  }
  return newest;
}

/** Whether something was written of a study: results/<study>/<name>, or in a run's folder beside that. */
async function isHeardOf(study: string, { studies, codec }: Ports): Promise<boolean> {
  const prefix = resultsPrefix(study);
  const isOwn = (key: string) => /^([0-9a-f]{32}\/.+|[^/]+)$/.test(key.slice(prefix.length));
  const error = await errorKeyOf(study, codec);
  if (!error.startsWith(prefix)) return (await studies.head(error)) !== undefined;
  return (await studies.list(prefix)).some((o) => isOwn(o.key));
}

async function openStudies({ work }: Ports): Promise<ReadonlySet<string>> {
  const markers = await work.list(OPEN_PREFIX);
  const open = await Promise.all(markers.map(({ key }) => getJson<OpenWork>(work, key)));
  return new Set(open.flatMap((o) => o?.study ?? []));
}
