import type { Plan } from '../contract/documents.ts';
import { failureKey, failuresPrefix, planKey, predictionKey, tensorKey } from '../contract/keys.ts';
import type { MessageOf } from '../contract/messages.ts';
import { LIMITS } from '../contract/stages.ts';
import { NeurotileError } from '../core/errors.ts';
import { getJson, toJson } from './json.ts';
import { type Delivery, DONE, type Ports, type Verdict } from './ports.ts';

/**
 * One message's tiles through the model: tensor in, prediction at its key. Tiles that have a prediction are skipped,
 * so a message that comes again only does what is missing. A predictor that starts, throttles or times out is waited
 * out up to the deadline; the wait uses up no receives. A tile on which an endpoint failed goes through it again, up to
 * the third failure.
 * @throws NeurotileError PREDICTOR_UNAVAILABLE past the deadline, PREDICTION when the model answers something else.
 */
export async function infer(message: MessageOf<'infer'>, delivery: Delivery, ports: Ports): Promise<Verdict> {
  const { run, tiles, failed } = message;
  const plan = await getJson<Plan>(ports.work, planKey(run));
  // A plan lies there before any message names its tiles: this run has expired, or never was.
  if (!plan) return unknownRun(run, ports);

  let skipped = 0;
  for (const tile of tiles) {
    if (await ports.work.head(predictionKey(run, tile))) {
      skipped++;
      continue;
    }
    if (failed !== undefined) await countFailure(run, tile, failed, ports);
    const answer = await ports.predictor.predict({
      modelDigest: plan.modelDigest,
      tile,
      tensorKey: tensorKey(run, tile),
      predictionKey: predictionKey(run, tile),
    });
    if (answer.state !== 'busy') continue;
    checkDeadline(delivery, ports);
    ports.log({ stage: 'infer', run, message: 'waiting for the model' });
    return { verdict: 'again', delaySeconds: answer.retryAfterSeconds };
  }
  // Nobody is told of a prediction that lay there already, so a run whose tiles are all done would sleep for ever.
  if (skipped > 0) await ports.queue.send({ v: 1, stage: 'gather', run });
  return DONE;
}

function unknownRun(run: string, ports: Ports): Verdict {
  ports.log({ stage: 'infer', run, message: 'no plan' });
  return DONE;
}

/** One object a failure, so that one that is told of twice counts once. */
async function countFailure(run: string, tile: string, id: string, { work }: Ports): Promise<void> {
  await work.put(failureKey(run, tile, id), toJson({ v: 1 }), { ifAbsent: true });
  const failures = await work.list(failuresPrefix(run, tile));
  if (failures.length < LIMITS.tileFailures) return;
  throw new NeurotileError('PREDICTION', {
    found: `${failures.length} failures of the endpoint on tile ${tile}`,
    expected: `a prediction within ${LIMITS.tileFailures} attempts`,
  });
}

function checkDeadline({ firstSentMs }: Delivery, { clock }: Ports): void {
  const waited = (clock.nowMs() - firstSentMs) / 1000;
  if (waited > LIMITS.predictorDeadlineSeconds)
    throw new NeurotileError('PREDICTOR_UNAVAILABLE', {
      found: `no answer for ${Math.round(waited)} s`,
      expected: `one within ${LIMITS.predictorDeadlineSeconds} s`,
    });
}
