import { describe, expect, test } from '@jest/globals';
import { manifestKey } from '../../functions/contract/keys.ts';
import { LIMITS } from '../../functions/contract/stages.ts';
import { handle } from '../../functions/pipeline/handle.ts';
import { makePorts, putText } from '../helpers/make-ports.ts';

const RUN = '0123456789abcdef0123456789abcdef';

describe('a message that waits for what others make', () => {
  async function waiting(seconds: number) {
    const ports = makePorts();
    await putText(ports.work, manifestKey(RUN), JSON.stringify({ study: 'a', run: RUN }));
    const firstSentMs = ports.clock.nowMs();
    ports.clock.passSeconds(seconds);
    return handle({ v: 1, stage: 'tile', run: RUN }, { firstSentMs }, ports);
  }

  test.each([
    [0, 1],
    [9, 1],
    [60, 6],
    [3600, 360],
    [9000, 900],
    [LIMITS.waitSeconds, 900],
  ])('asks again %i s after it was sent in %i s', async (seconds, delaySeconds) => {
    expect(await waiting(seconds)).toEqual({ verdict: 'again', delaySeconds });
  });

  test('gives up after a day: the watchdog looks after the run', async () => {
    expect(await waiting(LIMITS.waitSeconds + 1)).toEqual({ verdict: 'done' });
  });
});
