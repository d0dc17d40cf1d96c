import type { Manifest, StageReceipt } from '../contract/documents.ts';
import type { PredictorKind } from '../contract/environment.ts';
import { artefactKey, stageReceiptKey, stageReceiptsPrefix } from '../contract/keys.ts';
import { channelsOf, type ModelSpec } from '../contract/model.ts';
import { STAGES, type StageName } from '../contract/stages.ts';
import { PRICES } from '../core/cost/prices.ts';
import { type StudyCost, studyCost } from '../core/cost/study-cost.ts';
import { fromJson, toJson } from './json.ts';
import type { Ports } from './ports.ts';
import { planOf } from './run-documents.ts';

/** `receipt.json`: the only artefact that varies from run to run, so no result names it. */
export interface Receipt {
  v: 1;
  finishedAt: string;
  stages: readonly StageReceipt[];
  cost: ReceiptCost;
}

/** US dollars at list prices, before free tiers; what was stored by people, and what stands idle, is not in it. */
export interface ReceiptCost extends StudyCost {
  currency: 'USD';
  predictor: PredictorKind;
  prices: string;
  note: string;
}

const NOTES: Readonly<Record<PredictorKind | 'laptop', string>> = {
  laptop: 'Nothing was charged: it ran here. So much would AWS charge for the same seconds, with the lambda predictor.',
  lambda: 'Estimated from the seconds above.',
  async: 'Estimated from the seconds above; the GPU from the first tile cut to the last prediction. Studies share it.',
  realtime: 'Estimated from the seconds above. The GPU is paid by the hour, whether it has work or not: not in here.',
};

/** Writes what each stage took, and what that costs. */
export async function writeReceipt(manifest: Manifest, reduceStartedMs: number, ports: Ports): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const { study, run } = manifest;
  const reduce = { stage: 'reduce', seconds: (nowMs - reduceStartedMs) / 1000, rssMb: ports.clock.rssMb() };
  const { receipts, tiledMs } = await stageReceipts(run, ports);
  const stages = addUp([...receipts, reduce]);
  const tiles = (await planOf(run, ports))?.tiles.length ?? 0;
  const gpuSeconds = Math.max(0, reduceStartedMs - (tiledMs ?? reduceStartedMs)) / 1000;
  const receipt: Receipt = {
    v: 1,
    finishedAt: new Date(nowMs).toISOString(),
    stages,
    cost: costOf(stages, tiles, manifest.model, gpuSeconds, ports.billedAs),
  };
  await ports.studies.put(artefactKey(study, run, 'receipt.json'), toJson(receipt));
}

/** Many messages of one stage are one line. */
function addUp(receipts: readonly StageReceipt[]): StageReceipt[] {
  const stages = new Map<string, StageReceipt>();
  for (const { stage, seconds, rssMb } of receipts) {
    const sum = stages.get(stage);
    stages.set(stage, {
      stage,
      seconds: (sum?.seconds ?? 0) + seconds,
      rssMb: Math.max(sum?.rssMb ?? 0, rssMb),
      count: (sum?.count ?? 0) + 1,
    });
  }
  return [...stages.values()];
}

function costOf(
  stages: readonly StageReceipt[],
  tiles: number,
  model: ModelSpec,
  gpuSeconds: number,
  billedAs: PredictorKind | undefined,
): ReceiptCost {
  const predictor = billedAs ?? 'lambda';
  const { sequences, tile } = model;
  const cost = studyCost({
    predictor,
    tiles,
    stages: stages.map(({ stage, seconds, count = 1 }) => {
      return { stage, seconds, count, memoryMb: STAGES[stage as StageName].memoryMb };
    }),
    endpointSeconds: predictor === 'async' ? gpuSeconds : 0,
    // float16 in, uint8 out
    workBytes: tiles * tile[0] * tile[1] * tile[2] * (2 * sequences.length + channelsOf(model)),
  });
  const prices = `${PRICES.region}, ${PRICES.asOf}`;
  return { currency: 'USD', predictor, prices, ...rounded(cost), note: NOTES[billedAs ?? 'laptop'] };
}

/** A hundred-thousandth of a cent is enough. */
function rounded({ byStage, requests, endpoint, storage, total }: StudyCost): StudyCost {
  const round = (usd: number) => Math.round(usd * 1e7) / 1e7;
  const stages = Object.fromEntries(Object.entries(byStage).map(([stage, usd]) => [stage, round(usd)]));
  const [r, e, s] = [requests, endpoint, storage].map(round);
  return { byStage: stages, requests: r, endpoint: e, storage: s, total: round(total) };
}

/** What the stages left beside the run, and when the tiles were cut: about when the model got its first one. */
async function stageReceipts(run: string, ports: Ports): Promise<{ receipts: StageReceipt[]; tiledMs?: number }> {
  const objects = await ports.work.list(stageReceiptsPrefix(run));
  const bodies = await Promise.all(objects.map((o) => ports.work.get(o.key)));
  const receipts = bodies.flatMap((body) => (body ? [fromJson<StageReceipt>(body.bytes)] : []));
  const tiledMs = objects.find((o) => o.key === stageReceiptKey(run, 'tile'))?.storedMs;
  return { receipts, tiledMs };
}
