import type { StageReceipt } from '../contract/documents.ts';
import { stageReceiptKey } from '../contract/keys.ts';
import type { Message } from '../contract/messages.ts';
import { LIMITS } from '../contract/stages.ts';
import { NeurotileError } from '../core/errors.ts';
import { announce } from './announce.ts';
import { fail } from './fail.ts';
import { gather } from './gather.ts';
import { infer } from './infer.ts';
import { ingest } from './ingest.ts';
import { toJson } from './json.ts';
import { type Delivery, DONE, type Ports, type Verdict } from './ports.ts';
import { reduce } from './reduce.ts';
import { register } from './register.ts';
import { tile } from './tile.ts';

/** The longest that a queue delays a message. */
const MOST_DELAY_SECONDS = 900;

/**
 * One message to its verdict. A coded error ends the study and spends the message; anything else is thrown on, so that
 * the queue brings the message back.
 */
export async function handle(message: Message, delivery: Delivery, ports: Ports): Promise<Verdict> {
  const startedMs = ports.clock.nowMs();
  try {
    const verdict = await dispatch(message, delivery, ports);
    if (verdict.verdict === 'again') return patient(message, verdict.delaySeconds, delivery, ports);
    if (verdict.verdict === 'done') await keepReceipt(message, verdict.run, startedMs, ports);
    return verdict;
  } catch (error) {
    if (!(error instanceof NeurotileError)) throw error;
    await fail(message, error, ports);
    return { verdict: 'refused', code: error.code };
  }
}

/**
 * What waits for another message's work asks less and less often, and not for ever: after a day the watchdog looks
 * after the run, if it still is one. `ingest` and `infer` have deadlines of their own.
 */
function patient(message: Message, delaySeconds: number, { firstSentMs }: Delivery, ports: Ports): Verdict {
  if (message.stage === 'ingest' || message.stage === 'infer') return { verdict: 'again', delaySeconds };
  const waited = (ports.clock.nowMs() - firstSentMs) / 1000;
  if (waited <= LIMITS.waitSeconds)
    return {
      verdict: 'again',
      delaySeconds: Math.max(delaySeconds, Math.min(MOST_DELAY_SECONDS, Math.floor(waited / 10))),
    };
  ports.log({ stage: message.stage, message: 'waited in vain' });
  return DONE;
}

function dispatch(message: Message, delivery: Delivery, ports: Ports): Promise<Verdict> {
  switch (message.stage) {
    case 'ingest':
      return ingest(message, delivery, ports);
    case 'register':
      return register(message, ports);
    case 'tile':
      return tile(message, ports);
    case 'infer':
      return infer(message, delivery, ports);
    case 'gather':
      return gather(message, ports);
    case 'reduce':
      return reduce(message, ports);
    case 'announce':
      return announce(message, ports);
  }
}

/** What the longer stages took, beside the run; `reduce` adds them up in the receipt, itself included. */
async function keepReceipt(
  message: Message,
  ingested: string | undefined,
  startedMs: number,
  ports: Ports,
): Promise<void> {
  const run = 'run' in message ? message.run : ingested;
  if (run === undefined || message.stage === 'gather' || message.stage === 'reduce') return;
  const receipt: StageReceipt = {
    stage: message.stage,
    seconds: (ports.clock.nowMs() - startedMs) / 1000,
    rssMb: ports.clock.rssMb(),
  };
  const name = message.stage === 'infer' ? `infer-${message.tiles[0]}` : message.stage;
  await ports.work.put(stageReceiptKey(run, name), toJson(receipt));
}
