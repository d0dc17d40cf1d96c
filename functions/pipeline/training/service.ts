import { CURRENT_MODEL_KEY, modelKey } from '../../contract/keys.ts';
import { SERVICE_PREFIX, type ServiceEntry, serviceKey } from '../../contract/training.ts';
import { NeurotileError } from '../../core/errors.ts';
import { getJson, putJsonOnce, toJson } from '../json.ts';
import type { ObjectStore } from '../ports.ts';

/**
 * Which model is in service, as a list that only grows: models/service/00000001.json and so on, each written once. Who
 * writes entry n + 1 has seen entry n, so two promotions at once cannot both believe that they replaced the same model.
 * models/current.json, which `ingest` reads, says what the last entry says.
 */

/** All changes so far, oldest first. */
export async function serviceEntries(studies: ObjectStore): Promise<ServiceEntry[]> {
  const keys = (await studies.list(SERVICE_PREFIX)).map(({ key }) => key);
  const entries = await Promise.all(keys.map((key) => getJson<ServiceEntry>(studies, key)));
  return entries.flatMap((entry) => entry ?? []);
}

/** Those who may be gone back to, the one in service last: each change puts one on top, each rollback takes it away. */
export function serviceStack(entries: readonly ServiceEntry[]): string[] {
  const stack: string[] = [];
  for (const { digest, by } of entries) {
    if (by === 'rollback') stack.pop();
    else if (stack.at(-1) !== digest) stack.push(digest);
  }
  return stack;
}

/** The model in service; undefined where none ever was. */
export async function currentDigest(studies: ObjectStore): Promise<string | undefined> {
  const entries = await serviceEntries(studies);
  return entries.at(-1)?.digest ?? (await getJson<{ digest: string }>(studies, CURRENT_MODEL_KEY))?.digest;
}

/** What came of a change: somebody else changed it meanwhile, or a conditional put met a conflict: look again. */
export type Change = 'done' | 'changed meanwhile';

/**
 * Puts a model into service.
 * @param expected the model that it replaces, where that matters
 * @throws NeurotileError MODEL where the store has no such model
 */
export async function putInService(
  digest: string,
  by: ServiceEntry['by'],
  studies: ObjectStore,
  expected?: string,
): Promise<Change> {
  if (!(await studies.head(modelKey(digest)))) throw new NeurotileError('MODEL', { found: `no model ${digest}` });
  const entries = await adopted(await serviceEntries(studies), studies);
  if (!entries) return 'changed meanwhile';
  const now = entries.at(-1)?.digest;
  if (now !== digest) {
    if (expected !== undefined && now !== expected) return 'changed meanwhile';
    const entry: ServiceEntry = { v: 1, digest, by };
    if ((await putJsonOnce(studies, serviceKey(entries.length + 1), entry)) !== 'stored') return 'changed meanwhile';
  }
  await followList(studies);
  return 'done';
}

/**
 * Back to the model before the one in service.
 * @returns its digest; undefined where somebody changed the list meanwhile
 * @throws NeurotileError MODEL where there is none
 */
export async function rollBack(studies: ObjectStore): Promise<string | undefined> {
  const before = serviceStack(await serviceEntries(studies));
  const [previous, current] = before.slice(-2);
  if (before.length < 2) throw new NeurotileError('MODEL', { found: 'no model before the one in service' });
  return (await putInService(previous, 'rollback', studies, current)) === 'done' ? previous : undefined;
}

/** A model that was current before the list began is its first entry; undefined where somebody wrote that just now. */
async function adopted(entries: ServiceEntry[], studies: ObjectStore): Promise<ServiceEntry[] | undefined> {
  const current = entries.length > 0 ? undefined : await getJson<{ digest: string }>(studies, CURRENT_MODEL_KEY);
  if (!current) return entries;
  const found: ServiceEntry = { v: 1, digest: current.digest, by: 'found' };
  return (await putJsonOnce(studies, serviceKey(1), found)) === 'stored' ? [found] : undefined;
}

/** Makes current.json say what the list's last entry says, and looks again: the last to write has seen the last entry. */
export async function followList(studies: ObjectStore): Promise<void> {
  for (;;) {
    const last = (await serviceEntries(studies)).at(-1);
    const current = await getJson<{ digest: string }>(studies, CURRENT_MODEL_KEY);
    if (!last || current?.digest === last.digest) return;
    await studies.put(CURRENT_MODEL_KEY, toJson({ digest: last.digest }));
  }
}
