/**
 * What one study takes of each stage, message by message, as separate Lambdas would run it: one message at a time, nothing
 * remembered between stages. Writes tools/simulate/measured.json, which the simulation and docs/cost.md are fed with.
 *
 *   npx tsx tools/simulate/measure.ts <aligned study> <unaligned study> [--rounds 3] [--threads 2]
 *
 * The file holds counts, seconds and bytes only. Seconds are medians over rounds, of a busy machine or an idle one alike:
 * run it on an idle one.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRecent } from '../../functions/adapters/recent.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import { findStudies } from '../../functions/cli/find-studies.ts';
import { openLocalHouse } from '../../functions/cli/local-house.ts';
import { findModel, listModels, useModel } from '../../functions/cli/models.ts';
import { upload } from '../../functions/cli/upload.ts';
import type { Message } from '../../functions/contract/messages.ts';
import { messageFor } from '../../functions/contract/notifications.ts';
import { type Bucket, STAGE_NAMES } from '../../functions/contract/stages.ts';
import { handle } from '../../functions/pipeline/handle.ts';
import type { ObjectStore, Ports } from '../../functions/pipeline/ports.ts';
import { addTo, type Counts, counting, emptyCounts } from './count-requests.ts';
import type { Measured, MeasuredStage, MeasuredStudy } from './measured.ts';

/** One handled message: how long, and what it asked of S3 and SQS. */
interface Handled extends Counts {
  stage: string;
  seconds: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, threads: { type: 'string', default: '2' } },
});

async function main(aligned: string, unaligned: string): Promise<void> {
  const models: Measured['models'] = {};
  for (const model of await listModels())
    models[model] = {
      aligned: await measureStudy(aligned, model),
      unaligned: await measureStudy(unaligned, model),
    };
  const machine = `${values.threads} threads, Node ${process.versions.node.split('.')[0]}`;
  const measured: Measured = { measuredOn: new Date().toISOString().slice(0, 10), machine, models };
  await writeFile(join(import.meta.dirname, 'measured.json'), `${JSON.stringify(measured, null, 2)}\n`);
}

async function measureStudy(folder: string, model: string): Promise<MeasuredStudy> {
  const scratch = await mkdtemp(join(tmpdir(), 'neurotile-measure-'));
  try {
    const rounds: Handled[][] = [];
    for (let n = 0; n < Number(values.rounds); n++) rounds.push(await oneRound(folder, model, join(scratch, `${n}`)));
    return summarise(rounds);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function oneRound(folder: string, modelName: string, stateFolder: string): Promise<Handled[]> {
  const model = await findModel(modelName);
  const house = openLocalHouse({ stateFolder, modelFolder: model.folder, threads: Number(values.threads), log() {} });
  try {
    const [study] = await findStudies(folder);
    await useModel(model, house.base.studies);
    await upload(study, house.base.studies, house.base.codec);
    house.warmUpRegistrar();
    house.warmUpServer();
    await new Promise((done) => setTimeout(done, 4000)); // A warm Lambda has its engine; a cold start is counted apart.
    return await drain({ v: 1, stage: 'ingest', study: study.name }, house.base);
  } finally {
    await house.close();
  }
}

/** Handles a message and all that come of it, one at a time. */
async function drain(first: Message, base: ReturnType<typeof openLocalHouse>['base']): Promise<Handled[]> {
  const waiting: Message[] = [first];
  const handled: Handled[] = [];
  let counts = emptyCounts();
  const store = (bucket: Bucket, inner: ObjectStore) =>
    counting(inner, bucket, counts, (key) => {
      const message = messageFor(bucket, key);
      if (message) waiting.push(message);
    });
  while (waiting.length > 0) {
    const message = takeLatestStage(waiting);
    counts = emptyCounts();
    const work = store('work', base.work);
    const send = async (sent: Message) => {
      counts.sent++;
      waiting.push(sent);
    };
    const forgetful = createRecent(1);
    const ports: Ports = {
      ...base,
      studies: store('studies', base.studies),
      work,
      predictor: base.predictorOn(work),
      queue: { send },
      recent: forgetful,
      ahead() {},
    };
    const startedMs = systemClock.nowMs();
    const verdict = await handle(message, { firstSentMs: startedMs }, ports);
    if (verdict.verdict !== 'done') throw new Error(`${message.stage} ended as ${JSON.stringify(verdict)}`);
    handled.push({ stage: message.stage, seconds: (systemClock.nowMs() - startedMs) / 1000, ...counts });
  }
  return handled;
}

/** A prediction's `gather` comes before the next tiles, as it does where stages run side by side. */
function takeLatestStage(waiting: Message[]): Message {
  const order = waiting.map((m) => STAGE_NAMES.indexOf(m.stage));
  return waiting.splice(order.indexOf(Math.max(...order)), 1)[0];
}

function summarise(rounds: Handled[][]): MeasuredStudy {
  const stages = STAGE_NAMES.map((stage): [string, MeasuredStage] => {
    const each = rounds.map((round) => round.filter((h) => h.stage === stage));
    const counts = each[0].reduce<Counts>(addTo, emptyCounts());
    const seconds = median(each.map((messages) => messages.reduce((sum, h) => sum + h.seconds, 0)));
    return [stage, { messages: each[0].length, seconds: round(seconds), ...counts }];
  });
  return Object.fromEntries(stages) as MeasuredStudy;
}

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

await main(positionals[0], positionals[1]);
