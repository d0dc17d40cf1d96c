import { describe, expect, test } from '@jest/globals';
import { artefactKey, errorKey, incomingPrefix, manifestKey, resultKey } from '../../../functions/contract/keys.ts';
import type { MessageOf } from '../../../functions/contract/messages.ts';
import { forRegions } from '../../../functions/contract/model.ts';
import { PIPELINE_VERSION } from '../../../functions/contract/pipeline-version.ts';
import { type GateVerdict, gateVerdictKey, registeredKey } from '../../../functions/contract/training.ts';
import { parseStudyFile } from '../../../functions/core/study/parse-study-file.ts';
import { getJson, toJson } from '../../../functions/pipeline/json.ts';
import { gate } from '../../../functions/pipeline/training/gate.ts';
import { handleTraining } from '../../../functions/pipeline/training/handle-training.ts';
import { modelVersions } from '../../../functions/pipeline/training/model-versions.ts';
import { currentDigest, putInService, rollBack } from '../../../functions/pipeline/training/service.ts';
import {
  makeTrainingPorts,
  sha256,
  storeDataset,
  storeModel,
  type TestTrainingPorts,
} from '../../helpers/training-ports.ts';

type Ask = MessageOf<'ingest'>;

/** A stack with a model in service and others pending, six held-back studies. */
async function stack({ validation = 6, pending = ['new'], trainedOn = [] as string[], extra = {} } = {}) {
  const ports = makeTrainingPorts();
  const said = await storeDataset(ports, { validation, extra });
  const old = await storeModel(ports, 'old', trainedOn);
  await putInService(old, 'operator', ports.studies);
  const digests: string[] = [];
  for (const name of pending) {
    const digest = await storeModel(ports, name);
    await ports.studies.put(registeredKey(digest), toJson({ v: 1, digest, name, dataset: 'site', job: `j-${name}` }));
    digests.push(digest);
  }
  return { ports, said, old, digests, digest: digests[0] };
}

/** The runs that were asked for, each once. */
const asks = ({ sent }: TestTrainingPorts) => [...new Map(sent.map((m) => [JSON.stringify(m), m as Ask])).values()];

/** What the pipeline would write of a run: as much of it as the gate reads. */
async function endRun({ studies }: TestTrainingPorts, { study, model = '' }: Ask, dice: number): Promise<void> {
  const run = sha256(`${study} ${model}`).slice(0, 32);
  const metrics = toJson({ reference: { labelTable: 'brats', scores: forRegions(() => ({ dice, hd95Mm: 3 })) } });
  const key = artefactKey(study, run, 'metrics.json');
  await studies.put(key, metrics);
  const artefacts = { 'metrics.json': { key, sha256: 'a'.repeat(64), bytes: metrics.length } };
  const volumesMl = forRegions(() => 1);
  const result = { v: 1, study, run, modelDigest: model, pipelineVersion: PIPELINE_VERSION, volumesMl, artefacts };
  await studies.put(resultKey(study, run), toJson(result));
}

async function endAll(ports: TestTrainingPorts, diceOf: Record<string, number>): Promise<void> {
  for (const ask of asks(ports)) await endRun(ports, ask, diceOf[ask.model!]);
}

const types = ({ told }: TestTrainingPorts) => told.map(({ type }) => type);
const stateOf = async ({ studies }: TestTrainingPorts, digest: string) =>
  (await modelVersions(studies)).find((v) => v.digest === digest)?.state;

describe('the gate', () => {
  test('asks for a run of every held-back study under either model, each laid there as a study of its own', async () => {
    const { ports, old, digest } = await stack();
    await gate(ports);
    expect(asks(ports)).toHaveLength(12);
    expect(new Set(asks(ports).map(({ model }) => model))).toEqual(new Set([old, digest]));
    const { study } = asks(ports)[0];
    expect(study).toMatch(/^_gate\/site\/v1-[0-9a-f]{12}$/);
    const stored = await ports.studies.get(`${incomingPrefix(study)}study.json`);
    const said = parseStudyFile(Buffer.from(stored!.bytes).toString());
    expect(said).toMatchObject({
      reference: 'reference.nii.gz',
      labelTable: 'brats',
      sequences: { T1ce: 'T1ce.nii.gz' },
    });
    expect(said.files).toHaveLength(5);
    const t1ce = await ports.studies.get(`${incomingPrefix(study)}T1ce.nii.gz`);
    expect(Buffer.from(t1ce!.bytes).toString()).toBe('images/v1_t1ce.nii.gz');
  });

  test('passes a better model and puts it into service; rollback brings the old one back, and it stays', async () => {
    const { ports, old, digest } = await stack();
    await gate(ports);
    await endAll(ports, { [old]: 0.7, [digest]: 0.8 });
    await gate(ports);
    expect(await currentDigest(ports.studies)).toBe(digest);
    expect(types(ports)).toEqual(['Model Promoted']);
    await rollBack(ports.studies);
    await gate(ports, { isRound: true });
    expect(await currentDigest(ports.studies)).toBe(old);
    expect(await stateOf(ports, digest)).toBe('retired');
  });

  test('refuses a worse one, for good, and says why', async () => {
    const { ports, old, digest } = await stack();
    await gate(ports);
    await endAll(ports, { [old]: 0.8, [digest]: 0.7 });
    await gate(ports);
    await gate(ports);
    expect(await currentDigest(ports.studies)).toBe(old);
    expect(await stateOf(ports, digest)).toBe('refused');
    expect(types(ports)).toEqual(['Model Refused']);
    const verdict = await getJson<GateVerdict>(ports.studies, gateVerdictKey(digest, old));
    expect(verdict?.reasons[0]).toContain('whole tumour: the Dice may fall by 0.100');
  });

  test('comes to the same whatever the order in which runs end, told after each, some of it twice', async () => {
    const { ports, old, digest } = await stack();
    await gate(ports);
    for (const ask of asks(ports).reverse()) {
      expect(await currentDigest(ports.studies)).toBe(old);
      await endRun(ports, ask, ask.model === digest ? 0.8 : 0.7);
      await Promise.all([gate(ports), gate(ports)]);
    }
    expect(await currentDigest(ports.studies)).toBe(digest);
    expect(new Set(ports.told.map(({ id }) => id)).size).toBe(1);
  });

  test('asks again, in its rounds only, for runs that did not end', async () => {
    const { ports } = await stack();
    await gate(ports);
    await gate(ports);
    expect(ports.sent).toHaveLength(12);
    await handleTraining({ v: 1, task: 'look' }, ports);
    expect(ports.sent).toHaveLength(24);
  });

  test('compares anew what was compared with a model that is no longer in service', async () => {
    const { ports, old, digests } = await stack({ pending: ['good', 'best'] });
    await gate(ports);
    await endAll(ports, { [old]: 0.7, [digests[0]]: 0.8, [digests[1]]: 0.9 });
    await gate(ports);
    const [good, best] = await Promise.all(digests.map((digest) => stateOf(ports, digest)));
    expect(best).toBe('in service');
    // Digests say which comes first: `good` was in service for a moment, and `best` measured against it, or never was.
    const against = good === 'retired' ? digests[0] : old;
    expect(good).toMatch(/^(retired|refused)$/);
    expect(await getJson(ports.studies, gateVerdictKey(digests[1], against))).toMatchObject({ verdict: 'passed' });
  });

  test('leaves out what the model in service was trained on, and refuses where too little is left', async () => {
    const { ports, old, digest } = await stack({ trainedOn: ['v1', 'v2'] });
    await gate(ports);
    expect(asks(ports)).toHaveLength(8);
    await endAll(ports, { [old]: 0.7, [digest]: 0.8 });
    await gate(ports);
    const verdict = await getJson<GateVerdict>(ports.studies, gateVerdictKey(digest, old));
    expect(verdict).toMatchObject({ verdict: 'refused', leftOut: [{ item: 'v1', why: 'trained on' }, { item: 'v2' }] });
    expect(verdict?.reasons[0]).toContain('4 studies were scored under both');
  });

  test('leaves out studies that lack a sequence', async () => {
    const image = ['images/v1_t1.nii.gz', null, null, 'images/v1_flair.nii.gz'];
    const { ports, said } = await stack();
    const [, ...others] = said.validation as object[];
    const validation = [{ name: 'v1', image, label: 'labels/v1.nii.gz' }, ...others];
    await ports.studies.put('datasets/site/dataset.json', toJson({ ...said, validation }));
    await gate(ports);
    expect(
      asks(ports)
        .map(({ study }) => study)
        .join(),
    ).not.toContain('/v1-');
  });

  test('refuses a model under which a run failed that did not fail under the other', async () => {
    const { ports, old, digest } = await stack();
    await gate(ports);
    const [lost] = asks(ports).filter(({ model }) => model === digest);
    for (const ask of asks(ports)) if (ask !== lost) await endRun(ports, ask, ask.model === digest ? 0.9 : 0.7);
    const run = 'f'.repeat(32);
    await ports.work.put(manifestKey(run), toJson({ run, model: { digest } }));
    const error = { v: 1, study: lost.study, kind: 'failed', code: 'PREDICTION', message: 'm', run };
    await ports.studies.put(errorKey(lost.study), toJson(error));
    await gate(ports);
    const verdict = await getJson<GateVerdict>(ports.studies, gateVerdictKey(digest, old));
    expect(verdict?.reasons).toEqual(['v1: its run failed under this model alone']);
  });

  test('counts what no model could be run on, and judges by the rest', async () => {
    const { ports, old, digest } = await stack();
    await gate(ports);
    const broken = asks(ports)[0].study;
    for (const ask of asks(ports)) if (ask.study !== broken) await endRun(ports, ask, ask.model === digest ? 0.9 : 0.7);
    const error = { v: 1, study: broken, kind: 'refused', code: 'NOT_NIFTI', message: 'm' };
    await ports.studies.put(errorKey(broken), toJson(error));
    await gate(ports);
    const verdict = await getJson<GateVerdict>(ports.studies, gateVerdictKey(digest, old));
    expect(verdict).toMatchObject({ verdict: 'passed', unscored: ['v1'] });
  });

  test('waits until the pending model has its endpoint, where models have one each', async () => {
    const { ports, digest } = await stack();
    let isThere = false;
    const async = { ...ports, isServed: async (asked: string) => asked !== digest || isThere };
    await gate(async);
    expect(ports.sent).toEqual([]);
    isThere = true;
    await gate(async);
    expect(ports.sent).toHaveLength(12);
  });

  test('does nothing where no model is in service: there is nothing to compare with', async () => {
    const ports = makeTrainingPorts();
    await storeDataset(ports, { validation: 6 });
    const digest = await storeModel(ports, 'new');
    await ports.studies.put(registeredKey(digest), toJson({ v: 1, digest, name: 'new', dataset: 'site', job: 'j' }));
    await gate(ports);
    expect([ports.sent, await stateOf(ports, digest)]).toEqual([[], 'pending']);
  });

  test('tells what it decided although it was killed before: the verdict is there, and nobody has heard', async () => {
    const { ports, old, digest } = await stack();
    await gate(ports);
    await endAll(ports, { [old]: 0.8, [digest]: 0.7 });
    const dead = { publish: () => Promise.reject(new Error('killed')) };
    await expect(gate({ ...ports, events: dead })).rejects.toThrow('killed');
    await gate(ports);
    expect(types(ports)).toEqual(['Model Refused']);
  });
});
