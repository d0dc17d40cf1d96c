import type { Manifest, Plan, PredictionList, Result, Transforms } from '../contract/documents.ts';
import { artefactKey, resultKey } from '../contract/keys.ts';
import type { MessageOf } from '../contract/messages.ts';
import { entriesOf, type Sequence } from '../contract/model.ts';
import { writeNifti } from '../core/nifti/write-nifti.ts';
import { brainMask } from '../core/study/brain-mask.ts';
import type { Volume } from '../core/volume/volume.ts';
import { PutConflict, putArtefact } from './artefacts.ts';
import { putJsonOnce, toJson } from './json.ts';
import { measure, referenceMaskOf } from './measure.ts';
import { AGAIN_SOON, DONE, type Ports, type Verdict } from './ports.ts';
import { writeReceipt } from './receipt.ts';
import { getRegistered, registeredNames } from './registered.ts';
import { reportOf } from './report-of.ts';
import { manifestOf, planOf, predictionListOf, transformsOf } from './run-documents.ts';
import { segment } from './segment.ts';

/**
 * Stitches, cleans, measures, reports, commits. Everything is written before `result.json`, which is put where there is
 * none; so two reducers at once, or one that was killed between any two puts, end in the same result.
 */
export async function reduce({ run }: MessageOf<'reduce'>, ports: Ports): Promise<Verdict> {
  const startedMs = ports.clock.nowMs();
  const manifest = await manifestOf(run, ports);
  const key = resultKey(manifest.study, run);
  if (await ports.studies.head(key)) return DONE;
  const inputs = await inputsOf(manifest, ports);
  if (!inputs) return AGAIN_SOON;
  try {
    const result = await makeArtefacts(inputs, ports);
    await writeReceipt(manifest, startedMs, ports);
    return (await putJsonOnce(ports.studies, key, result)) === 'conflict' ? AGAIN_SOON : DONE;
  } catch (error) {
    if (error instanceof PutConflict) return AGAIN_SOON;
    throw error;
  }
}

interface Inputs {
  manifest: Manifest;
  transforms: Transforms;
  plan: Plan;
  list: PredictionList;
}

/** What the stages before have left; undefined while `register` still writes its pictures. */
async function inputsOf(manifest: Manifest, ports: Ports): Promise<Inputs | undefined> {
  const { study, run } = manifest;
  const transforms = await transformsOf(run, ports);
  const plan = await planOf(run, ports);
  const list = await predictionListOf(run, ports);
  if (!transforms || !plan || !list) return undefined;
  const heads = registeredNames(transforms).map((name) => ports.studies.head(artefactKey(study, run, name)));
  return (await Promise.all(heads)).every(Boolean) ? { manifest, transforms, plan, list } : undefined;
}

async function makeArtefacts({ manifest, transforms, plan, list }: Inputs, ports: Ports): Promise<Result> {
  const { study, run, model } = manifest;
  const log = (message: string) => ports.log({ stage: 'reduce', run, message });

  log('stitching');
  const [segmentation, registered] = await Promise.all([
    segment(manifest, plan, list, ports),
    registeredVolumes(manifest, transforms, ports),
  ]);
  log('measuring');
  const reference = await referenceMaskOf(manifest, ports);
  const metrics = measure(manifest, transforms, segmentation, reference, brainMask([...registered.values()]));
  log('reporting');
  const { mask, uncertainty } = segmentation;
  const [maskFile, uncertaintyFile, report] = await Promise.all([
    ports.codec.gzip(writeNifti(mask)),
    ports.codec.gzip(writeNifti(uncertainty, { scale: { slope: 1 / 255, inter: 0 } })),
    reportOf({ manifest, transforms, metrics, registered, mask, uncertainty, reference }, ports),
  ]);

  const artefacts: Result['artefacts'] = {
    ...(await put({ 'mask.nii.gz': maskFile, 'uncertainty.nii.gz': uncertaintyFile })),
    ...(await put({ 'metrics.json': toJson(metrics), 'transforms.json': toJson(transforms), 'report.html': report })),
    ...(await describeRegistered(manifest, transforms, ports)),
  };
  log('written');
  const { pipelineVersion } = manifest;
  return { v: 1, study, run, modelDigest: model.digest, pipelineVersion, volumesMl: metrics.volumesMl, artefacts };

  async function put(files: Record<string, Uint8Array>): Promise<Result['artefacts']> {
    const stored: Record<string, Result['artefacts'][string]> = {};
    for (const [name, bytes] of Object.entries(files)) stored[name] = await putArtefact(study, run, name, bytes, ports);
    return stored;
  }
}

async function registeredVolumes(
  manifest: Manifest,
  transforms: Transforms,
  ports: Ports,
): Promise<Map<Sequence, Volume>> {
  const names = entriesOf(transforms.sequences).map(([s]) => s);
  return new Map(await Promise.all(names.map(async (s) => [s, await getRegistered(manifest, s, ports)] as const)));
}

async function describeRegistered(
  { study, run }: Manifest,
  transforms: Transforms,
  ports: Ports,
): Promise<Result['artefacts']> {
  const described: Record<string, Result['artefacts'][string]> = {};
  for (const name of registeredNames(transforms)) {
    const key = artefactKey(study, run, name);
    const { bytes } = (await ports.studies.get(key))!;
    described[name] = { key, sha256: await ports.codec.sha256(bytes), bytes: bytes.length };
  }
  return described;
}
