import type { Manifest, OpenWork, Result } from '../contract/documents.ts';
import { manifestKey, openKey, resultKey, runPrefix } from '../contract/keys.ts';
import { getJson } from './json.ts';
import type { ObjectInfo, Ports } from './ports.ts';

/** Older than this, a result is not news: whoever asks for it to be announced has rights on our queues. */
const NEWS_MS = 24 * 3600_000;

/**
 * Whether a result is one that the pipeline wrote. It names the study and the run of its key, its artefacts lie there
 * in the sizes that it states, and the work bucket, which strangers cannot write to, knows the run. That bucket expires
 * while results stay, so an old one needs no such witness: it cannot be a stranger's upload that just woke us.
 */
export async function isOurs(result: Result, object: ObjectInfo, ports: Ports): Promise<boolean> {
  const { study, run } = result;
  if (resultKey(study, run) !== object.key || !(await areStored(result, ports))) return false;
  const isOld = ports.clock.nowMs() - object.storedMs > NEWS_MS;
  return isOld || (await studyOfRun(run, ports)) === study;
}

async function areStored({ study, run, artefacts }: Result, { studies }: Ports): Promise<boolean> {
  const stored = new Map((await studies.list(runPrefix(study, run))).map((o) => [o.key, o.bytes]));
  return Object.values(artefacts).every(({ key, bytes }) => stored.get(key) === bytes);
}

async function studyOfRun(run: string, { work }: Ports): Promise<string | undefined> {
  const known = (await getJson<Manifest>(work, manifestKey(run))) ?? (await getJson<OpenWork>(work, openKey(run)));
  return known?.study;
}
