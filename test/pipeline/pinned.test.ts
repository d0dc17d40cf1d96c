import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ModelServer, startModelServer } from '../../functions/adapters/model-server.ts';
import { createLocalRunner } from '../../functions/cli/local-runner.ts';
import type { Result } from '../../functions/contract/documents.ts';
import { resultsPrefix } from '../../functions/contract/keys.ts';
import { fromJson } from '../../functions/pipeline/json.ts';
import type { ObjectStore, PredictRequest } from '../../functions/pipeline/ports.ts';
import { bundleOf, makeParts, TINY_MODEL, useTinyModel } from '../helpers/house.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { noRegistrar } from '../helpers/run-study.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';

const STUDY = 'small';
const OTHER_MODEL = TINY_MODEL.replace('3d', '2d');
const FIRST = filesOf(makeSmallStudy(1));
const SECOND = filesOf(makeSmallStudy(2));

describe('a run keeps to what it pinned', () => {
  let server: ModelServer;
  let undisturbed: Result;
  beforeAll(async () => {
    server = await startModelServer({ modelsFolder: TINY_MODEL, threads: 1 });
    await server.ready;
    undisturbed = (await run()).results[0];
  });
  afterAll(() => server.stop());

  /** Runs the first study; `disturb` happens in mid-run, when the first tile meets the model. */
  async function run(disturb?: (studies: ObjectStore) => Promise<void>, endings = 1) {
    const studies = createMemoryStore();
    await useTinyModel(studies);
    const parts = makeParts({ studies, work: createMemoryStore(), url: server.url, registrar: noRegistrar });
    const requests: PredictRequest[] = [];
    const { ports, ended, stop } = createLocalRunner(
      {
        ...parts,
        predictorOn: (work) => ({
          async predict(request) {
            if (requests.push(request) === 1) await disturb?.(ports.studies);
            return parts.predictorOn(work).predict(request);
          },
        }),
      },
      {
        onError: (_, error) => {
          throw error;
        },
      },
    );
    const first = ended(STUDY);
    await uploadFiles(ports.studies, STUDY, FIRST);
    await first;
    while ((await resultsIn(studies)).length < endings) await ended(STUDY);
    await stop();
    return { results: await resultsIn(studies), requests };
  }

  /** The run that is not disturbed first. */
  async function resultsIn(studies: ObjectStore): Promise<Result[]> {
    const keys = (await studies.list(resultsPrefix(STUDY))).map((o) => o.key).filter((k) => k.endsWith('/result.json'));
    const results = await Promise.all(keys.map(async (key) => fromJson<Result>((await studies.get(key))!.bytes)));
    return results.sort((a, b) => Number(b.run === undisturbed?.run) - Number(a.run === undisturbed?.run));
  }

  test('when the upload is overwritten in mid-run: that is another run, and both end', async () => {
    const { results } = await run((studies) => uploadFiles(studies, STUDY, SECOND), 2);
    expect(results).toHaveLength(2);
    expect(results[0]).toEqual(undisturbed);
    expect(results[1].run).not.toBe(undisturbed.run);
    expect(results[1].artefacts['mask.nii.gz'].sha256).not.toBe(undisturbed.artefacts['mask.nii.gz'].sha256);
  });

  test('when the upload is deleted in mid-run', async () => {
    const { results } = await run(async (studies) => {
      for (const { key } of await studies.list(`incoming/${STUDY}/`)) await studies.remove(key);
    });
    expect(results).toEqual([undisturbed]);
  });

  test('when another model is made the current one in mid-run: the mask comes from the one that was', async () => {
    const { digest } = (await bundleOf(TINY_MODEL)).metadata.neurotile;
    expect((await bundleOf(OTHER_MODEL)).metadata.neurotile.digest).not.toBe(digest);
    const { results, requests } = await run((studies) => useTinyModel(studies, OTHER_MODEL));
    expect(results).toEqual([undisturbed]);
    expect(results[0].modelDigest).toBe(digest);
    expect(new Set(requests.map((r) => r.modelDigest))).toEqual(new Set([digest]));
    expect(requests.length).toBe(8);
  });
});
