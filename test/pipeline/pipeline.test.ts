import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ModelServer, startModelServer } from '../../functions/adapters/model-server.ts';
import { createNodeCodec } from '../../functions/adapters/node-codec.ts';
import type { Metrics, Result } from '../../functions/contract/documents.ts';
import { PIPELINE_VERSION } from '../../functions/contract/pipeline-version.ts';
import { readNifti } from '../../functions/core/nifti/read-nifti.ts';
import { fromJson } from '../../functions/pipeline/json.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import { TINY_MODEL, useTinyModel } from '../helpers/house.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { noRegistrar, runStudy } from '../helpers/run-study.ts';
import { filesOf, makeSmallStudy, uploadFiles } from '../helpers/small-study.ts';

const codec = createNodeCodec();

const GOLDEN = {
  version: 3,
  run: 'fe1969c88de8c0c10d3d01e5ad322f36',
  mask: 'd572edc3faf4a5ebe9713e99f0f7e78dd70bcbf361659da92cdb0406c731923c',
  labelsMl: { '1': 0.018, '2': 0.299, '4': 0.204 },
  dice: ['0.8928', '0.7359', '0.8343'],
  lesionDice: ['0.8928', '0.7359', '0.8343'],
  mutualInformation: '0.5102',
};

describe('the whole pipeline on a small study', () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await startModelServer({ modelsFolder: TINY_MODEL, threads: 1 });
    await server.ready;
  });
  afterAll(() => server.stop());

  async function run(study = 'small', files = filesOf(makeSmallStudy())) {
    const studies = createMemoryStore();
    const work = createMemoryStore();
    await useTinyModel(studies);
    await uploadFiles(studies, study, files);
    const ending = await runStudy(study, { studies, work, url: server.url, registrar: noRegistrar });
    return { studies, work, ending: ending! };
  }
  const resultOf = async (studies: ObjectStore, key: string) => fromJson<Result>((await studies.get(key))!.bytes);

  test('finds the lesion where it is', async () => {
    const { studies, ending } = await run();
    expect(ending.completed).toBe(true);
    const result = await resultOf(studies, ending.key);
    const metrics = fromJson<Metrics>((await studies.get(result.artefacts['metrics.json'].key))!.bytes);
    expect(metrics.warnings).toEqual([]);
    expect(metrics.reference!.scores.WT.dice).toBeGreaterThan(0.7);
    expect(metrics.reference!.scores.ET.dice).toBeGreaterThan(0.6);
    for (const s of ['T1', 'T2', 'FLAIR'] as const) expect(metrics.registration[s]!.method).toBe('skipped');
  });

  test("lays the mask on the reference sequence's own grid", async () => {
    const { studies, ending } = await run();
    const result = await resultOf(studies, ending.key);
    const stored = (await studies.get(result.artefacts['mask.nii.gz'].key))!.bytes;
    const mask = readNifti(await codec.gunzip(stored, 1e7));
    const { volumes } = makeSmallStudy();
    expect(mask.shape).toEqual(volumes.T1ce.shape);
    expect(mask.affine).toEqual(volumes.T1ce.affine);
  });

  test('names every artefact by the sha256 of what is stored, and nothing that varies', async () => {
    const { studies, ending } = await run();
    const result = await resultOf(studies, ending.key);
    for (const { key, sha256, bytes } of Object.values(result.artefacts)) {
      const stored = (await studies.get(key))!.bytes;
      expect([await codec.sha256(stored), stored.length]).toEqual([sha256, bytes]);
    }
    expect(Object.keys(result.artefacts)).not.toContain('receipt.json');
    expect(await studies.get(ending.key.replace('result.json', 'receipt.json'))).toBeDefined();
  });

  test('is one run when asked twice, and computes nothing again', async () => {
    const { studies, work, ending } = await run();
    const before = (await work.list('')).map((o) => [o.key, o.version]);
    const again = await runStudy('small', { studies, work, url: 'http://127.0.0.1:9', registrar: noRegistrar });
    expect(again).toEqual(ending);
    expect((await work.list('')).map((o) => [o.key, o.version])).toEqual(before);
  });

  // Voxels and rounded numbers: files would also tell of Node's zlib.
  test('gives what it gave before, or has another pipeline version', async () => {
    const { studies, ending } = await run();
    const result = await resultOf(studies, ending.key);
    const mask = readNifti(await codec.gunzip((await studies.get(result.artefacts['mask.nii.gz'].key))!.bytes, 1e7));
    const metrics = fromJson<Metrics>((await studies.get(result.artefacts['metrics.json'].key))!.bytes);
    expect({
      version: PIPELINE_VERSION,
      run: result.run,
      mask: await codec.sha256(Uint8Array.from(mask.data)),
      labelsMl: metrics.labelsMl,
      dice: Object.values(metrics.reference!.scores).map((score) => score.dice?.toFixed(4)),
      lesionDice: Object.values(metrics.reference!.scores).map(({ lesions }) => lesions.dice?.toFixed(4)),
      mutualInformation: metrics.registration.T2!.mutualInformation!.before.toFixed(4),
    }).toEqual(GOLDEN);
  });

  test('gives a study with an unusual name its results under that name', async () => {
    const { studies, ending } = await run('Müller, J + 脑 (1)');
    expect(ending.completed).toBe(true);
    expect(ending.key.startsWith('results/Müller, J + 脑 (1)/')).toBe(true);
    expect(await studies.head(ending.key)).toBeDefined();
  });
});
