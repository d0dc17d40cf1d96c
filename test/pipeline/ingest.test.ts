import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Message } from '../../functions/contract/messages.ts';
import { NeurotileError } from '../../functions/core/errors.ts';
import { failStudy } from '../../functions/pipeline/fail.ts';
import { handle } from '../../functions/pipeline/handle.ts';
import { closeRun } from '../../functions/pipeline/open-work.ts';
import { useTinyModel } from '../helpers/house.ts';
import { makePorts, type TestPorts } from '../helpers/make-ports.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';

describe('a study whose every file wakes ingest', () => {
  const study = 'a';
  let ports: TestPorts;
  beforeEach(async () => {
    ports = makePorts();
    await useTinyModel(ports.studies);
    await uploadFiles(ports.studies, study, filesOf(makeSmallStudy()));
    ports.sent.length = 0;
  });
  const wake = (isFirst: boolean) =>
    handle({ v: 1, stage: 'ingest', study }, { firstSentMs: ports.clock.nowMs(), isFirst }, ports);
  const sent = () => ports.sent.map(({ stage }: Message) => stage);
  const runOf = () => (ports.sent[0] as { run: string }).run;

  test('is sent on its way once, one word after the other or all at once', async () => {
    for (let n = 0; n < 3; n++) await wake(true);
    await Promise.all([wake(true), wake(true), wake(true)]);
    expect(sent()).toEqual(['register']);
    const together = makePorts();
    await useTinyModel(together.studies);
    await uploadFiles(together.studies, study, filesOf(makeSmallStudy()));
    ports = together;
    await Promise.all([wake(true), wake(true), wake(true)]);
    expect(sent()).toEqual(['register']);
  });

  test('is sent again by a message that comes again: whoever had it may have died before', async () => {
    await wake(true);
    await wake(false);
    expect(sent()).toEqual(['register', 'register']);
  });

  test('is sent on its way by its opener, whose manifest met a conflict', async () => {
    const { put } = ports.work;
    let conflicts = 1;
    ports.work.put = async (key, bytes, options) =>
      key.endsWith('manifest.json') && conflicts-- > 0 ? { outcome: 'conflict' } : put(key, bytes, options);
    await expect(wake(true)).rejects.toThrow();
    await wake(true); // Another file's word, which leaves it to the opener.
    expect(sent()).toEqual([]);
    await wake(false); // The opener's own, which came again.
    expect(sent()).toEqual(['register']);
  });

  test('is sent again when it is uploaded again after it failed, whether the world has heard of that or not', async () => {
    await wake(true);
    ports.clock.passSeconds(60);
    await failStudy({ study, run: runOf() }, new NeurotileError('INTERNAL'), ports);
    await wake(true);
    expect(sent()).toEqual(['register', 'register']);
    await closeRun(runOf(), ports);
    ports.clock.passSeconds(60);
    await wake(true);
    expect(sent()).toEqual(['register', 'register', 'register']);
    // Under way once more: the old error is older than the new beginning.
    await wake(true);
    expect(sent()).toHaveLength(3);
  });
});
