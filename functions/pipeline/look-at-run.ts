import type { OpenWork } from '../contract/documents.ts';
import {
  manifestKey,
  planKey,
  predictionKey,
  predictionListKey,
  predictionsPrefix,
  resultKey,
  runDocumentsPrefix,
  runPrefix,
  tensorKey,
  tensorsPrefix,
  transformsKey,
} from '../contract/keys.ts';
import type { Message } from '../contract/messages.ts';
import { TILES_PER_MESSAGE } from '../contract/stages.ts';
import { errorKeyOf } from './error-key.ts';
import { isEndOf } from './open-work.ts';
import { parseStudyError } from './parse-ending.ts';
import type { ObjectInfo, Ports } from './ports.ts';
import { registeredNames } from './registered.ts';
import { planOf, transformsOf } from './run-documents.ts';

/** How far something has come, as its objects tell. */
export interface Standing {
  /** `ended`: only the world has not been told. `not begun`: there is a marker, and nothing else. */
  state: 'under way' | 'ended' | 'not begun';
  /** What brings it on, if the messages it had are lost: each may come twice. */
  next: Message;
  others: readonly Message[];
  /** When something of it was stored last, ms; 0 where nothing was. */
  movedMs: number;
}

/** What a marker stands for: a run where the marker is named after one, else an error. */
export function lookAt(id: string, { study, run }: OpenWork, marker: ObjectInfo, ports: Ports): Promise<Standing> {
  return id === run ? lookAtRun(study, run, marker, ports) : lookAtError(study, ports);
}

async function lookAtError(study: string, ports: Ports): Promise<Standing> {
  const key = await errorKeyOf(study, ports.codec);
  const error = await ports.studies.head(key);
  return error ? ended(key, error.storedMs) : notBegun(study);
}

async function lookAtRun(study: string, run: string, marker: ObjectInfo, ports: Ports): Promise<Standing> {
  const key = resultKey(study, run);
  const result = await ports.studies.head(key);
  if (result) return ended(key, result.storedMs);
  const error = await errorOf(study, run, ports);
  if (error && isEndOf(error, marker)) return ended(error.key, error.storedMs);

  const prefixes = [runDocumentsPrefix, tensorsPrefix, predictionsPrefix];
  const objects = (await Promise.all(prefixes.map((prefix) => ports.work.list(prefix(run))))).flat();
  const keys = new Set(objects.map((o) => o.key));
  if (!keys.has(manifestKey(run))) return notBegun(study);
  const [next, ...others] = await lackingMessages(study, run, keys, ports);
  return { state: 'under way', next, others, movedMs: Math.max(...objects.map((o) => o.storedMs)) };
}

const ended = (key: string, movedMs: number): Standing => ({
  state: 'ended',
  next: { v: 1, stage: 'announce', key },
  others: [],
  movedMs,
});

const notBegun = (study: string): Standing => ({
  state: 'not begun',
  next: { v: 1, stage: 'ingest', study },
  others: [],
  movedMs: 0,
});

async function errorOf(study: string, run: string, ports: Ports): Promise<ObjectInfo | undefined> {
  const key = await errorKeyOf(study, ports.codec);
  const object = await ports.studies.get(key);
  const error = object && parseStudyError(object.bytes);
  return error?.run === run ? ports.studies.head(key) : undefined;
}

/** The way of a study, backwards: the first thing that is not there, and the messages that make it. Never none. */
async function lackingMessages(
  study: string,
  run: string,
  keys: ReadonlySet<string>,
  ports: Ports,
): Promise<readonly Message[]> {
  if (!keys.has(transformsKey(run))) return [{ v: 1, stage: 'register', run }];
  if (!keys.has(planKey(run))) return [{ v: 1, stage: 'tile', run }];
  if (keys.has(predictionListKey(run))) {
    const isDrawn = await areRegisteredStored(study, run, ports);
    return [{ v: 1, stage: isDrawn ? 'reduce' : 'register', run }];
  }
  const tiles = (await planOf(run, ports))!.tiles.map((t) => t.id);
  const missing = tiles.filter((tile) => !keys.has(predictionKey(run, tile)));
  if (missing.some((tile) => !keys.has(tensorKey(run, tile)))) return [{ v: 1, stage: 'tile', run }];
  if (missing.length === 0) return [{ v: 1, stage: 'gather', run }];
  const batches: Message[] = [];
  for (let n = 0; n < missing.length; n += TILES_PER_MESSAGE)
    batches.push({ v: 1, stage: 'infer', run, tiles: missing.slice(n, n + TILES_PER_MESSAGE) });
  return batches;
}

/** `reduce` waits for the pictures that `register` draws after it has told `tile`. */
async function areRegisteredStored(study: string, run: string, ports: Ports): Promise<boolean> {
  const stored = new Set((await ports.studies.list(runPrefix(study, run))).map((o) => o.key));
  const names = registeredNames((await transformsOf(run, ports))!);
  return names.every((name) => stored.has(`${runPrefix(study, run)}${name}`));
}
