import type { Plan } from '../contract/documents.ts';
import { planKey, predictionKey, tensorKey } from '../contract/keys.ts';
import type { MessageOf } from '../contract/messages.ts';
import { LIMITS } from '../contract/stages.ts';
import { NeurotileError } from '../core/errors.ts';
import { getJson } from './json.ts';
import { AGAIN_SOON, type Delivery, DONE, type Ports, type Verdict } from './ports.ts';

/**
 * One message's tiles through the model: tensor in, prediction at its key. Tiles that have a prediction are skipped,
 * so a message that comes again only does what is missing. A predictor that starts, throttles or times out is waited
 * out up to the deadline; the wait uses up no receives.
 * @throws NeurotileError PREDICTOR_UNAVAILABLE past the deadline, PREDICTION when the model answers something else.
 */
export async function infer({ run, tiles }: MessageOf<'infer'>, delivery: Delivery, ports: Ports): Promise<Verdict> {
  const plan = await getJson<Plan>(ports.work, planKey(run));
  if (!plan) return AGAIN_SOON;

  let skipped = 0;
  for (const tile of tiles) {
    if (await ports.work.head(predictionKey(run, tile))) {
      skipped++;
      continue;
    }
    const answer = await ports.predictor.predict({
      modelDigest: plan.modelDigest,
      tile,
      tensorKey: tensorKey(run, tile),
      predictionKey: predictionKey(run, tile),
    });
    if (answer.state !== 'busy') continue;
    const waited = (ports.clock.nowMs() - delivery.firstSentMs) / 1000;
    if (waited > LIMITS.predictorDeadlineSeconds)
      throw new NeurotileError('PREDICTOR_UNAVAILABLE', {
        found: `no answer for ${Math.round(waited)} s`,
        expected: `one within ${LIMITS.predictorDeadlineSeconds} s`,
      });
    ports.log({ stage: 'infer', run, message: 'waiting for the model' });
    return { verdict: 'again', delaySeconds: answer.retryAfterSeconds };
  }
  // Nobody is told of a prediction that lay there already, so a run whose tiles are all done would sleep for ever.
  if (skipped > 0) await ports.queue.send({ v: 1, stage: 'gather', run });
  return DONE;
}
