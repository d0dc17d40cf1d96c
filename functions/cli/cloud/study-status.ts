import type { OpenWork } from '../../contract/documents.ts';
import {
  incomingPrefix,
  OPEN_PREFIX,
  resultsPrefix,
  studyOfIncoming,
  studyOfResult,
  waitingKey,
} from '../../contract/keys.ts';
import type { StageName } from '../../contract/stages.ts';
import { getJson } from '../../pipeline/json.ts';
import { parseResult, parseStudyError } from '../../pipeline/parse-ending.ts';
import type { ObjectInfo, ObjectStore } from '../../pipeline/ports.ts';
import { createLimit } from './limit.ts';
import { type RunProgress, runProgress } from './run-progress.ts';

/** Where a study is, as its objects tell. */
export interface StudyStatus {
  study: string;
  /** A stage while it is under way. */
  state: 'waiting' | StageName | 'done' | 'refused' | 'failed';
  /** What it waits for; the code it ended with. */
  detail?: string;
  /** Of `infer`: tiles that have a prediction, of how many; and whether the last came long ago. */
  tiles?: { done: number; total: number; quiet: boolean };
  run?: string;
  sinceMs: number;
}

export interface Buckets {
  studies: ObjectStore;
  work: ObjectStore;
  nowMs(): number;
}

/**
 * Uploaded again after it had ended, a study is believed to be on its way for so long, then to be what it was: where
 * its content is the same, there is nothing to do, and nothing tells of it.
 */
const SETTLED_MS = 3 * 60_000;
/** No tile takes so long: the model is not there yet. */
const QUIET_MS = 60_000;

/** Everything that lies in the studies bucket of one study. */
interface StudyObjects {
  study: string;
  newestInputMs?: number;
  results: EndedRun[];
  error?: ObjectInfo;
  waiting?: ObjectInfo;
}

interface EndedRun {
  /** Of its result.json. */
  key: string;
  run: string;
  storedMs: number;
}

interface OpenRun {
  run: string;
  openedMs: number;
}

/** Studies that are looked at side by side. */
const AT_ONCE = 16;

/** Every study that is or was there, by name. */
export async function listStatuses(buckets: Buckets): Promise<StudyStatus[]> {
  const objects = await studyObjects('', buckets.studies);
  const open = await openRuns(buckets.work);
  const limit = createLimit(AT_ONCE);
  const statuses = await Promise.all(
    Array.from(objects.values(), (each) => limit(() => judge(each, open.get(each.study) ?? [], buckets))),
  );
  return statuses.sort((a, b) => (a.study < b.study ? -1 : 1));
}

/** One study; undefined where there is none of that name. */
export async function statusOf(study: string, buckets: Buckets): Promise<StudyStatus | undefined> {
  const objects = (await studyObjects(study, buckets.studies)).get(study);
  return objects && judge(objects, (await openRuns(buckets.work)).get(study) ?? [], buckets);
}

/** The newest result of a study. */
export async function newestResult(study: string, studies: ObjectStore): Promise<EndedRun | undefined> {
  return latestOurs((await studyObjects(study, studies)).get(study)?.results ?? [], studies);
}

/** @param name of the only study that is asked for; '' for all */
async function studyObjects(name: string, studies: ObjectStore): Promise<Map<string, StudyObjects>> {
  const found = new Map<string, StudyObjects>();
  const of = (study: string) => {
    const objects = found.get(study) ?? { study, results: [] };
    found.set(study, objects);
    return objects;
  };
  const isAsked = (study: string | undefined): study is string =>
    study !== undefined && (name === '' || study === name);
  const [incoming, results] = name === '' ? ['incoming/', 'results/'] : [incomingPrefix(name), resultsPrefix(name)];
  for (const { key, storedMs } of await studies.list(incoming)) {
    const study = studyOfIncoming(key);
    if (isAsked(study)) of(study).newestInputMs = Math.max(storedMs, of(study).newestInputMs ?? 0);
  }
  for (const object of await studies.list(results)) {
    const waited = /^results\/(.+)\/waiting\.json$/.exec(object.key)?.[1];
    if (isAsked(waited)) of(waited).waiting = object;
    const { study, run } = studyOfResult(object.key) ?? {};
    if (!isAsked(study)) continue;
    if (run === undefined) of(study).error = object;
    else of(study).results.push({ key: object.key, run, storedMs: object.storedMs });
  }
  return found;
}

/** Runs that the world has not been told of yet, by study. */
async function openRuns(work: ObjectStore): Promise<Map<string, OpenRun[]>> {
  const found = new Map<string, OpenRun[]>();
  const read = async ({ key, storedMs }: ObjectInfo) => {
    const open = await getJson<OpenWork>(work, key);
    if (open?.run === undefined) return;
    found.set(open.study, [...(found.get(open.study) ?? []), { run: open.run, openedMs: storedMs }]);
  };
  const limit = createLimit(AT_ONCE);
  await Promise.all((await work.list(OPEN_PREFIX)).map((marker) => limit(() => read(marker))));
  return found;
}

async function judge(objects: StudyObjects, open: readonly OpenRun[], buckets: Buckets): Promise<StudyStatus> {
  const { study, newestInputMs = 0, waiting } = objects;
  const end = await endOf(objects, buckets.studies);
  const moving = await movingRun(objects, open, buckets.work);
  if (moving && !(end && end.sinceMs >= moving.movedMs)) return underWay(study, moving, buckets.nowMs());
  if (end && (end.sinceMs >= newestInputMs || buckets.nowMs() - newestInputMs > SETTLED_MS)) return end;
  if (waiting && waiting.storedMs >= newestInputMs) return waitingFor(study, waiting, buckets.studies);
  return { study, state: 'ingest', sinceMs: newestInputMs };
}

/** How it ended last. The error of a run that has a result after all is none. */
async function endOf({ study, results, error }: StudyObjects, studies: ObjectStore): Promise<StudyStatus | undefined> {
  const result = await latestOurs(results, studies);
  const done: StudyStatus | undefined = result && { study, state: 'done', run: result.run, sinceMs: result.storedMs };
  const stored = error && (await studies.get(error.key));
  const document = stored && parseStudyError(stored.bytes);
  if (!document || results.some(({ run }) => run === document.run)) return done;
  if (done && done.sinceMs > error.storedMs) return done;
  return { study, state: document.kind, detail: document.code, run: document.run, sinceMs: error.storedMs };
}

/** The newest of those that are results by their form: anybody with rights on the bucket can put something there. */
async function latestOurs(results: readonly EndedRun[], studies: ObjectStore): Promise<EndedRun | undefined> {
  for (const result of [...results].sort((a, b) => b.storedMs - a.storedMs)) {
    const stored = await studies.get(result.key);
    if (stored && parseResult(stored.bytes)?.run === result.run) return result;
  }
  return undefined;
}

/** Of the runs that have no result the one that moved last: it was opened, or made something. */
async function movingRun(
  { results }: StudyObjects,
  open: readonly OpenRun[],
  work: ObjectStore,
): Promise<RunProgress | undefined> {
  const unfinished = open.filter(({ run }) => !results.some((result) => result.run === run));
  const found = await Promise.all(
    unfinished.map(async ({ run, openedMs }) => {
      const progress = await runProgress(run, work);
      return progress && { ...progress, movedMs: Math.max(progress.movedMs, openedMs) };
    }),
  );
  return found.filter((p) => p !== undefined).sort((a, b) => b.movedMs - a.movedMs)[0];
}

function underWay(study: string, { run, stage, tiles, sinceMs, movedMs }: RunProgress, nowMs: number): StudyStatus {
  const quiet = nowMs - movedMs > QUIET_MS;
  return { study, state: stage, run, sinceMs, tiles: tiles && { ...tiles, quiet } };
}

async function waitingFor(study: string, { storedMs }: ObjectInfo, studies: ObjectStore): Promise<StudyStatus> {
  const document = await getJson<{ waitingFor: readonly string[] }>(studies, waitingKey(study));
  return { study, state: 'waiting', detail: document?.waitingFor.join(', '), sinceMs: storedMs };
}
