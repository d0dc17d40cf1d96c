import { describe, expect, test } from '@jest/globals';
import type { Manifest } from '../../../functions/contract/documents.ts';
import { manifestKey, modelKey } from '../../../functions/contract/keys.ts';
import { parseMessage } from '../../../functions/contract/messages.ts';
import { ingest } from '../../../functions/pipeline/ingest.ts';
import { getJson, toJson } from '../../../functions/pipeline/json.ts';
import { bundleOf, TINY_MODEL, useTinyModel } from '../../helpers/house.ts';
import { makePorts } from '../../helpers/make-ports.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../../helpers/small-study.ts';

const OTHER = 'b'.repeat(64);

async function houseWithTwoModels() {
  const ports = makePorts();
  const { metadata } = await bundleOf(TINY_MODEL);
  await useTinyModel(ports.studies);
  await ports.studies.put(modelKey(OTHER), toJson({ neurotile: { ...metadata.neurotile, digest: OTHER } }));
  await uploadFiles(ports.studies, 'small', filesOf(makeSmallStudy()));
  const modelOfRun = async (model?: string) => {
    const verdict = await ingest({ v: 1, stage: 'ingest', study: 'small', model }, { firstSentMs: 0 }, ports);
    const { run } = verdict as { run: string };
    return (await getJson<Manifest>(ports.work, manifestKey(run)))?.model.digest;
  };
  return { ports, current: metadata.neurotile.digest, modelOfRun };
}

describe('a run that is asked for under a model', () => {
  test('pins that one, and changes nothing for those who ask for none', async () => {
    const { current, modelOfRun } = await houseWithTwoModels();
    expect(await modelOfRun(OTHER)).toBe(OTHER);
    expect(await modelOfRun()).toBe(current);
    expect(await modelOfRun(current)).toBe(current);
  });

  test('that the store does not have is refused', async () => {
    const { modelOfRun } = await houseWithTwoModels();
    await expect(modelOfRun('c'.repeat(64))).rejects.toMatchObject({ code: 'MODEL' });
  });

  test('is named by a whole digest, or the message is none of ours', () => {
    const ask = { v: 1, stage: 'ingest', study: 's' };
    expect(parseMessage({ ...ask, model: OTHER })).toEqual({ ...ask, model: OTHER });
    for (const model of ['b'.repeat(12), '../x', 1, null]) expect(parseMessage({ ...ask, model })).toBeUndefined();
  });
});
