import type { Manifest, Plan, PlannedTile } from '../contract/documents.ts';
import { planKey, predictionKey, predictionsPrefix, tensorKey, tensorsPrefix } from '../contract/keys.ts';
import type { MessageOf } from '../contract/messages.ts';
import { OWN_WINDOW } from '../contract/model.ts';
import { TILES_PER_MESSAGE } from '../contract/stages.ts';
import { writeNpy } from '../core/tensor/npy.ts';
import { cutTile } from '../core/tiling/cut-tile.ts';
import { planTiles } from '../core/tiling/plan-tiles.ts';
import { putJsonOnce } from './json.ts';
import { AGAIN_SOON, DONE, type Ports, type Verdict } from './ports.ts';
import { type ModelInput, prepareInput } from './prepare-input.ts';
import { manifestOf, planOf, transformsOf } from './run-documents.ts';

/**
 * Cuts a study into the model's tiles: the plan first, then a tensor a tile, and as they come the messages that send
 * them through the model. What lies there already is not made again.
 */
export async function tile({ run }: MessageOf<'tile'>, ports: Ports): Promise<Verdict> {
  const manifest = await manifestOf(run, ports);
  const transforms = await transformsOf(run, ports);
  if (!transforms) return AGAIN_SOON;

  const known = await planOf(run, ports);
  if (known && (await missingTensors(known, ports)).size === 0) {
    await sendTiles(known.tiles, run, ports);
    return DONE;
  }
  const input = await prepareInput(manifest, transforms, ports);
  const plan = known ?? planOfInput(manifest, input);
  if ((await putJsonOnce(ports.work, planKey(run), plan)) === 'conflict') return AGAIN_SOON;
  await cutAndSend(plan, input, manifest, ports);
  return DONE;
}

function planOfInput({ run, model }: Manifest, { grid, brain }: ModelInput): Plan {
  const { field, steps } = model.window ?? OWN_WINDOW;
  // Other frameworks leave no tile out, and may find something where there is no brain.
  const covered = field === 'margin' ? brain : new Uint8Array(brain.length).fill(1);
  const tiles = planTiles(grid.shape, model.tile, model.overlap, covered, steps);
  return { run, modelDigest: model.digest, grid, tile: model.tile, tiles };
}

/** Tiles that have neither a tensor nor, made from it already, a prediction. */
async function missingTensors({ run, tiles }: Plan, ports: Ports): Promise<Set<string>> {
  const objects = [...(await ports.work.list(tensorsPrefix(run))), ...(await ports.work.list(predictionsPrefix(run)))];
  const keys = new Set(objects.map((o) => o.key));
  return new Set(
    tiles.map((t) => t.id).filter((id) => !keys.has(tensorKey(run, id)) && !keys.has(predictionKey(run, id))),
  );
}

async function cutAndSend(
  plan: Plan,
  { channels, grid }: ModelInput,
  { model }: Manifest,
  ports: Ports,
): Promise<void> {
  const missing = await missingTensors(plan, ports);
  for (let n = 0; n < plan.tiles.length; n += TILES_PER_MESSAGE) {
    const batch = plan.tiles.slice(n, n + TILES_PER_MESSAGE);
    for (const { id, origin } of batch.filter((t) => missing.has(t.id))) {
      const { data, shape } = cutTile(channels, grid.shape, origin, plan.tile, model.dims);
      await ports.work.put(tensorKey(plan.run, id), writeNpy({ dtype: 'float16', shape, data }));
    }
    await sendTiles(batch, plan.run, ports);
    const done = Math.min(n + TILES_PER_MESSAGE, plan.tiles.length);
    ports.log({ stage: 'tile', run: plan.run, message: 'tiles', done, total: plan.tiles.length });
  }
}

async function sendTiles(tiles: readonly PlannedTile[], run: string, ports: Ports): Promise<void> {
  for (let n = 0; n < tiles.length; n += TILES_PER_MESSAGE) {
    const ids = tiles.slice(n, n + TILES_PER_MESSAGE).map((t) => t.id);
    await ports.queue.send({ v: 1, stage: 'infer', run, tiles: ids });
  }
}
