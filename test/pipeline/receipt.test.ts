import { describe, expect, test } from '@jest/globals';
import type { Manifest } from '../../functions/contract/documents.ts';
import type { PredictorKind } from '../../functions/contract/environment.ts';
import { artefactKey, planKey, stageReceiptKey } from '../../functions/contract/keys.ts';
import { fromJson } from '../../functions/pipeline/json.ts';
import { type Receipt, writeReceipt } from '../../functions/pipeline/receipt.ts';
import { makePorts, putText } from '../helpers/make-ports.ts';

const RUN = '0123456789abcdef0123456789abcdef';
// Two tiles of 2 × 4 × 8 voxels, four sequences in, three regions out.
const model = { sequences: ['T1', 'T1ce', 'T2', 'FLAIR'], regions: ['TC', 'WT', 'ET'], tile: [2, 4, 8] };
const manifest = { study: 'a', run: RUN, model } as unknown as Manifest;

/** Tile took 2 s, two messages through the model 3 s and 5 s; 90 s later `reduce` took 4 s. */
async function receiptOf(billedAs?: PredictorKind): Promise<Receipt> {
  const ports = { ...makePorts(), billedAs };
  const put = (name: string, stage: string, seconds: number) =>
    putText(ports.work, stageReceiptKey(RUN, name), JSON.stringify({ stage, seconds, rssMb: 100 }));
  await putText(ports.work, planKey(RUN), JSON.stringify({ tiles: [{ id: '0' }, { id: '1' }] }));
  await put('tile', 'tile', 2);
  await put('infer-0', 'infer', 3);
  await put('infer-1', 'infer', 5);
  ports.clock.passSeconds(90);
  const startedMs = ports.clock.nowMs();
  ports.clock.passSeconds(4);
  await writeReceipt(manifest, startedMs, ports);
  return fromJson<Receipt>((await ports.studies.get(artefactKey('a', RUN, 'receipt.json')))!.bytes);
}

describe('receipt.json', () => {
  test('adds up a stage’s messages, and prices each stage by the memory of the stage table', async () => {
    const { stages, cost } = await receiptOf('lambda');
    expect(stages.find((s) => s.stage === 'infer')).toEqual({ stage: 'infer', seconds: 8, rssMb: 100, count: 2 });
    expect(stages.find((s) => s.stage === 'reduce')?.seconds).toBe(4);
    // 3,008 / 1,024 GB × 8 s × 0.0000166667 + 2 × 0.0000002 = 0.00039207
    expect(cost.byStage.infer).toBe(0.0003921);
    // 3,008 / 1,024 × 2 × 0.0000166667 + 0.0000002 = 0.00009812
    expect(cost.byStage.tile).toBe(0.0000981);
    expect(cost.endpoint).toBe(0);
    expect(cost.predictor).toBe('lambda');
  });

  test('counts the GPU of an endpoint that sleeps from the tiles to the last prediction', async () => {
    const { cost } = await receiptOf('async');
    // 90 s × 1.408 / 3,600
    expect(cost.endpoint).toBe(0.0352);
    const parts = Object.values(cost.byStage).reduce((a, b) => a + b, 0) + cost.requests + cost.endpoint + cost.storage;
    expect(cost.total).toBeCloseTo(parts, 6);
  });

  test('leaves out a GPU that is paid by the hour anyway, and says so', async () => {
    const { cost } = await receiptOf('realtime');
    expect(cost.endpoint).toBe(0);
    expect(cost.note).toContain('by the hour');
  });

  test('says on a laptop that nothing was charged, and what the same seconds would cost', async () => {
    const { cost } = await receiptOf();
    expect(cost.note).toMatch(/^Nothing was charged/);
    expect(cost).toEqual({ ...(await receiptOf('lambda')).cost, note: cost.note });
  });
});
