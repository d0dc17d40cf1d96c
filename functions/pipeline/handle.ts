import type { StageReceipt } from '../contract/documents.ts';
import { stageReceiptKey } from '../contract/keys.ts';
import type { Message } from '../contract/messages.ts';
import { NeurotileError } from '../core/errors.ts';
import { announce } from './announce.ts';
import { fail } from './fail.ts';
import { gather } from './gather.ts';
import { infer } from './infer.ts';
import { ingest } from './ingest.ts';
import { toJson } from './json.ts';
import type { Delivery, Ports, Verdict } from './ports.ts';
import { reduce } from './reduce.ts';
import { register } from './register.ts';
import { tile } from './tile.ts';

/**
 * One message to its verdict. A coded error ends the study and spends the message; anything else is thrown on, so that
 * the queue brings the message back.
 */
export async function handle(message: Message, delivery: Delivery, ports: Ports): Promise<Verdict> {
  const startedMs = ports.clock.nowMs();
  try {
    const verdict = await dispatch(message, delivery, ports);
    if (verdict.verdict === 'done') await keepReceipt(message, verdict.run, startedMs, ports);
    return verdict;
  } catch (error) {
    if (!(error instanceof NeurotileError)) throw error;
    await fail(message, error, ports);
    return { verdict: 'refused', code: error.code };
  }
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
