import type { Plan, PredictionList } from '../contract/documents.ts';
import { planKey, predictionKey, predictionListKey, predictionsPrefix } from '../contract/keys.ts';
import type { MessageOf } from '../contract/messages.ts';
import { LIMITS } from '../contract/stages.ts';
import { getJson, putJsonOnce } from './json.ts';
import { AGAIN_SOON, DONE, type Ports, type Verdict } from './ports.ts';

/**
 * Has every tile of the plan a prediction? Then the list of their versions is written, once, and `reduce` is told.
 * Predictions are looked at, never counted, so duplicates and reordering change nothing.
 */
export async function gather({ run }: MessageOf<'gather'>, ports: Ports): Promise<Verdict> {
  const plan = await getJson<Plan>(ports.work, planKey(run));
  // A plan lies there before the first tile: this run has expired, or never was.
  if (!plan) {
    ports.log({ stage: 'gather', run, message: 'no plan' });
    return DONE;
  }

  const found = await ports.work.list(predictionsPrefix(run));
  const versions = new Map(found.map((o) => [o.key, o.version]));
  const predictions: Record<string, string> = {};
  for (const { id } of plan.tiles) {
    const version = versions.get(predictionKey(run, id));
    if (version !== undefined) predictions[id] = version;
  }
  const done = Object.keys(predictions).length;
  ports.log({ stage: 'infer', run, message: 'tiles', done, total: plan.tiles.length });
  if (done < plan.tiles.length) return DONE;

  const list: PredictionList = { run, predictions };
  const outcome = await putJsonOnce(ports.work, predictionListKey(run), list);
  if (outcome === 'conflict') return AGAIN_SOON;
  // Somebody wrote the list before, and most likely told `reduce`: a second word finds the result there.
  const delaySeconds = outcome === 'exists' ? LIMITS.secondReduceSeconds : 0;
  await ports.queue.send({ v: 1, stage: 'reduce', run }, { delaySeconds });
  return DONE;
}
