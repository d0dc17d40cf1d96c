import { STAGE_NAMES } from '../contract/stages.ts';
import type { LogEvent } from '../pipeline/ports.ts';

/** One line a stage: rewritten in place on a terminal, written once at its end elsewhere. */
export interface Progress {
  log(event: LogEvent): void;
  /** A line of its own, such as a warning. */
  say(line: string): void;
  /** Ends the line under way. */
  end(): void;
}

export function createProgress(out: NodeJS.WriteStream, nowMs: () => number): Progress {
  let stage: string | undefined;
  let startedMs = nowMs();
  let text = '';
  const isLive = out.isTTY;

  const paint = (mark: string) => {
    const seconds = ((nowMs() - startedMs) / 1000).toFixed(1).padStart(6);
    return `${mark} ${(stage ?? '').padEnd(9)}${seconds} s  ${text}`;
  };
  const finish = () => {
    if (stage === undefined) return;
    out.write(isLive ? `\r\x1b[K${paint('✓')}\n` : `${paint('✓')}\n`);
    stage = undefined;
    startedMs = nowMs();
  };

  return {
    log(event) {
      // Late words of a stage that is over would open its line again.
      if (stage !== undefined && order(event.stage) < order(stage)) return;
      if (event.stage !== stage) {
        finish();
        stage = event.stage;
      }
      text = event.total === undefined ? event.message : `${bar(event.done ?? 0, event.total)} ${event.message}`;
      if (isLive) out.write(`\r\x1b[K${paint('·')}`);
    },
    say(line) {
      finish();
      out.write(`${line}\n`);
    },
    end: finish,
  };
}

const order = (stage: string) => (STAGE_NAMES as readonly string[]).indexOf(stage);

function bar(done: number, total: number): string {
  const width = 20;
  const full = total === 0 ? width : Math.round((width * done) / total);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${done}/${total}`;
}
