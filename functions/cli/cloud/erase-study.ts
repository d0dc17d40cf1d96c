import type { OpenWork } from '../../contract/documents.ts';
import {
  errorKey,
  incomingPrefix,
  nudgesPrefix,
  OPEN_PREFIX,
  openKey,
  predictionsPrefix,
  resultsPrefix,
  tensorsPrefix,
} from '../../contract/keys.ts';
import { getJson } from '../../pipeline/json.ts';
import { errorIdOf } from '../../pipeline/open-work.ts';
import { parseStudyError } from '../../pipeline/parse-ending.ts';
import type { Codec, ObjectStore } from '../../pipeline/ports.ts';

/** One version of an object, or the mark of a deletion. */
export interface Version {
  key: string;
  version: string;
}

/** What deleting for good needs of a bucket. */
export interface VersionedBucket {
  /** All versions under a prefix, deletions included. */
  versions(prefix: string): Promise<Version[]>;
  /** For good. */
  erase(versions: readonly Version[]): Promise<void>;
  /** Uploads in parts under a prefix that nobody completed. */
  begun(prefix: string): Promise<{ key: string; id: string }[]>;
  abort(key: string, upload: string): Promise<void>;
}

/** All that there is of a study, in both buckets. */
export interface StudyRemains {
  study: string;
  runs: string[];
  incoming: Version[];
  results: Version[];
  work: Version[];
  begun: { key: string; id: string }[];
}

export interface EraseParts {
  studies: ObjectStore & VersionedBucket;
  work: ObjectStore & VersionedBucket;
  codec: Codec;
}

/** Finds it all. A study `a` has nothing of a study `a/b`, although their keys begin alike. */
export async function findRemains(study: string, { studies, work, codec }: EraseParts): Promise<StudyRemains> {
  const isOwn = (prefix: string, own: RegExp) => (v: { key: string }) => own.test(v.key.slice(prefix.length));
  const [into, out] = [incomingPrefix(study), resultsPrefix(study)];
  const incoming = (await studies.versions(into)).filter(isOwn(into, /^[^/]*$/));
  const results = (await studies.versions(out)).filter(isOwn(out, /^([0-9a-f]{32}\/.*|[^/]*)$/s));
  const runs = new Set(results.flatMap(({ key }) => /^([0-9a-f]{32})\//.exec(key.slice(out.length))?.[1] ?? []));
  for (const run of await failedRuns(study, results, studies)) runs.add(run);
  for (const run of await openRuns(study, work)) runs.add(run);
  const prefixes = [...runs].flatMap(workPrefixes);
  prefixes.push(openKey(await errorIdOf(errorKey(study), codec)));
  const found = await Promise.all(prefixes.map((prefix) => work.versions(prefix)));
  const begun = (await studies.begun(into)).filter(isOwn(into, /^[^/]*$/));
  return { study, runs: [...runs], incoming, results, work: found.flat(), begun };
}

/** What came in goes first: nothing can be begun anew with it. */
export async function erase(remains: StudyRemains, { studies, work }: EraseParts): Promise<void> {
  for (const { key, id } of remains.begun) await studies.abort(key, id);
  await studies.erase(remains.incoming);
  await work.erase(remains.work);
  await studies.erase(remains.results);
}

const workPrefixes = (run: string) => [
  `runs/${run}/`,
  tensorsPrefix(run),
  predictionsPrefix(run),
  nudgesPrefix(run),
  `failures/${run}/`,
  openKey(run),
];

/** Runs that ended without a result: every version of error.json may name one. */
async function failedRuns(study: string, results: readonly Version[], studies: ObjectStore): Promise<string[]> {
  const runs: string[] = [];
  for (const { key, version } of results) {
    if (key !== errorKey(study)) continue;
    const error = await studies.get(key, version);
    const run = error && parseStudyError(error.bytes)?.run;
    if (run !== undefined) runs.push(run);
  }
  return runs;
}

async function openRuns(study: string, work: ObjectStore): Promise<string[]> {
  const markers = await work.list(OPEN_PREFIX);
  const open = await Promise.all(markers.map(({ key }) => getJson<OpenWork>(work, key)));
  return open.flatMap((o) => (o?.study === study && o.run !== undefined ? [o.run] : []));
}
