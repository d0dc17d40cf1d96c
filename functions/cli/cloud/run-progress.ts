import type { Plan } from '../../contract/documents.ts';
import { manifestKey, planKey, predictionListKey, predictionsPrefix, transformsKey } from '../../contract/keys.ts';
import type { StageName } from '../../contract/stages.ts';
import { getJson } from '../../pipeline/json.ts';
import type { ObjectStore } from '../../pipeline/ports.ts';

/** How far a run is. */
export interface RunProgress {
  run: string;
  stage: StageName;
  /** Of `infer`: tiles that have a prediction, of how many. */
  tiles?: { done: number; total: number };
  /** When this stage could begin, ms since 1970. */
  sinceMs: number;
  /** When it last moved: the newest of its objects. */
  movedMs: number;
}

/** Reads it off the run's objects in the work bucket; undefined where it has none. */
export async function runProgress(run: string, work: ObjectStore): Promise<RunProgress | undefined> {
  const made = new Map((await work.list(`runs/${run}/`)).map((o) => [o.key, o.storedMs]));
  const at = (key: string) => made.get(key);
  const [manifest, transforms, plan] = [at(manifestKey(run)), at(transformsKey(run)), at(planKey(run))];
  const reached = (stage: StageName, sinceMs: number) => ({ run, stage, sinceMs, movedMs: sinceMs });
  if (manifest === undefined) return undefined;
  if (transforms === undefined) return reached('register', manifest);
  if (plan === undefined) return reached('tile', transforms);
  const list = at(predictionListKey(run));
  if (list !== undefined) return reached('reduce', list);
  return inferring(run, plan, work);
}

async function inferring(run: string, sinceMs: number, work: ObjectStore): Promise<RunProgress> {
  const predictions = await work.list(predictionsPrefix(run));
  const total = (await getJson<Plan>(work, planKey(run)))?.tiles.length ?? 0;
  const movedMs = Math.max(sinceMs, ...predictions.map((o) => o.storedMs));
  const done = Math.min(predictions.length, total);
  if (done === total) return { run, stage: 'gather', sinceMs: movedMs, movedMs };
  return { run, stage: 'infer', tiles: { done, total }, sinceMs, movedMs };
}
