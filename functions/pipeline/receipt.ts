import type { Manifest, StageReceipt } from '../contract/documents.ts';
import { artefactKey, stageReceiptsPrefix } from '../contract/keys.ts';
import { fromJson, toJson } from './json.ts';
import type { Ports } from './ports.ts';

/** `receipt.json`: what each stage took. The only artefact that varies from run to run, so no result names it. */
export async function writeReceipt({ study, run }: Manifest, reduceStartedMs: number, ports: Ports): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const reduce = { stage: 'reduce', seconds: (nowMs - reduceStartedMs) / 1000, rssMb: ports.clock.rssMb() };
  const stages = new Map<string, StageReceipt>();
  for (const receipt of [...(await stageReceipts(run, ports)), reduce]) {
    const sum = stages.get(receipt.stage);
    stages.set(receipt.stage, {
      stage: receipt.stage,
      seconds: (sum?.seconds ?? 0) + receipt.seconds,
      rssMb: Math.max(sum?.rssMb ?? 0, receipt.rssMb),
      count: (sum?.count ?? 0) + 1,
    });
  }
  const finishedAt = new Date(nowMs).toISOString();
  await ports.studies.put(
    artefactKey(study, run, 'receipt.json'),
    toJson({ v: 1, finishedAt, stages: [...stages.values()] }),
  );
}

async function stageReceipts(run: string, ports: Ports): Promise<StageReceipt[]> {
  const objects = await ports.work.list(stageReceiptsPrefix(run));
  const bodies = await Promise.all(objects.map((o) => ports.work.get(o.key)));
  return bodies.flatMap((body) => (body ? [fromJson<StageReceipt>(body.bytes)] : []));
}
