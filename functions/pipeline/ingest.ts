import type { Manifest, Pinned, PinnedSequence, Warning } from '../contract/documents.ts';
import { CURRENT_MODEL_KEY, manifestKey, modelKey, openKey, resultKey, waitingKey } from '../contract/keys.ts';
import type { MessageOf } from '../contract/messages.ts';
import { entriesOf, LABEL_TABLES, type LabelTable, type ModelSpec, type Sequence } from '../contract/model.ts';
import { PIPELINE_VERSION } from '../contract/pipeline-version.ts';
import { LIMITS } from '../contract/stages.ts';
import { NeurotileError } from '../core/errors.ts';
import { toBratsLabels } from '../core/evaluation/label-table.ts';
import { sameGrid } from '../core/geometry/affine.ts';
import { overlapFraction } from '../core/geometry/overlap.ts';
import { hasSkull } from '../core/study/has-skull.ts';
import { modelGrid } from '../core/tiling/model-grid.ts';
import { thinOut } from '../core/volume/thin-out.ts';
import { type Volume, voxelsIn } from '../core/volume/volume.ts';
import { PutConflict } from './artefacts.ts';
import { errorKeyOf } from './error-key.ts';
import { getJson, putJsonOnce, toJson } from './json.ts';
import { loadMask, loadSequence, named } from './load-volume.ts';
import { isEndOf, openRun } from './open-work.ts';
import { AGAIN_SOON, type Delivery, DONE, type Ports, type Verdict } from './ports.ts';
import { runIdOf } from './run-id.ts';
import {
  assignRoles,
  listStudy,
  type ManifestDraft,
  missingFrom,
  pinFile,
  type Roles,
  type StudyFiles,
} from './study-files.ts';

/** Voxels in which a skull is looked for: on the 80 volumes at hand more gave the same answers. */
const MOST_SAMPLES = 1.5e6;
const WAIT_SECONDS = 60;
const GIVE_UP_MS = 24 * 3600_000;
/** Two scans of one head share most of their field of view. */
const LEAST_OVERLAP = 0.1;

/**
 * What is here? Which file is which sequence, is the study complete, is every file sound? Pins version and content of
 * every input; all later stages read those versions only.
 * @throws NeurotileError every code of kind `refused`
 */
export async function ingest(message: MessageOf<'ingest'>, delivery: Delivery, ports: Ports): Promise<Verdict> {
  const { study } = message;
  const model = await modelOf(message, ports);
  const files = await listStudy(study, ports);
  const missing = missingFrom(files, model, ports.clock.nowMs());
  if (missing.length > 0) return waitFor(missing, study, delivery, ports);

  const draft = await pinAll(files, assignRoles(files, model), model, ports);
  const run = await runIdOf(draft, ports.codec);
  // The result is the commit point: what is done is only told again.
  if (await ports.studies.head(resultKey(study, run))) {
    if ((await openRun(study, run, ports)) === 'conflict') return AGAIN_SOON;
    await ports.queue.send({ v: 1, stage: 'announce', key: resultKey(study, run) });
    return DONE;
  }
  const isKnown = (await ports.work.head(manifestKey(run))) !== undefined;
  const manifest: Manifest | undefined = isKnown ? undefined : { run, ...draft, ...(await examine(draft, ports)) };
  // Marked before it is begun, and not before it is found to be sound: a refusal has a marker of its own.
  const opened = await openRun(study, run, ports);
  if (opened === 'conflict') return AGAIN_SOON;
  // Thrown, so that this very message comes again: a fresh copy would be a first one, and leave the run to who opened it.
  if (manifest && (await putJsonOnce(ports.work, manifestKey(run), manifest)) === 'conflict')
    throw new PutConflict('manifest');
  // Each file of an upload wakes us, and each would send the run through the model: who opened it does.
  if (delivery.isFirst && opened === 'exists' && (await isUnderWay(study, run, ports))) return DONE;
  await ports.queue.send({ v: 1, stage: 'register', run });
  return { verdict: 'done', run };
}

/** Somebody opened it, and it has not ended since; should they have died before they sent it, their message comes again. */
async function isUnderWay(study: string, run: string, { work, studies, codec }: Ports): Promise<boolean> {
  const [marker] = await work.list(openKey(run)); // Nobody but the watchdog may read markers.
  const error = await studies.head(await errorKeyOf(study, codec));
  return marker !== undefined && !(error && isEndOf(error, marker));
}

/** The model that was asked for, or the current one. */
async function modelOf({ model }: MessageOf<'ingest'>, ports: Ports): Promise<ModelSpec> {
  const digest = model ?? (await getJson<{ digest: string }>(ports.studies, CURRENT_MODEL_KEY))?.digest;
  const metadata = digest && (await getJson<{ neurotile: ModelSpec }>(ports.studies, modelKey(digest)));
  if (!metadata) throw new NeurotileError('MODEL', { found: 'no current model', expected: CURRENT_MODEL_KEY });
  return metadata.neurotile;
}

async function waitFor(missing: string[], study: string, delivery: Delivery, ports: Ports): Promise<Verdict> {
  if (ports.clock.nowMs() - delivery.firstSentMs > GIVE_UP_MS)
    throw new NeurotileError('SEQUENCE_MISSING', {
      found: 'an incomplete study, a day after its upload',
      expected: missing.join(', '),
    });
  await ports.studies.put(waitingKey(study), toJson({ v: 1, study, waitingFor: missing }));
  return { verdict: 'again', delaySeconds: WAIT_SECONDS };
}

async function pinAll(files: StudyFiles, roles: Roles, model: ModelSpec, ports: Ports): Promise<ManifestDraft> {
  const sequences: Partial<Record<Sequence, PinnedSequence>> = {};
  for (const [sequence, { name, volume }] of entriesOf(roles.sequences))
    sequences[sequence] = { ...(await pinFile(name, files, ports)), volume };
  return {
    study: files.study,
    pipelineVersion: PIPELINE_VERSION,
    model,
    sequences,
    referenceSequence: roles.referenceSequence,
    reference: roles.reference === undefined ? undefined : await pinFile(roles.reference, files, ports),
    labelTable: roles.labelTable,
  };
}

/** Reads every file whole: what is wrong with it is said here, and not by a later stage. */
async function examine(draft: ManifestDraft, ports: Ports): Promise<Pick<Manifest, 'grids' | 'warnings'>> {
  const pinned = entriesOf(draft.sequences);
  const volumes = new Map<Sequence, Volume>();
  const warnings: Warning[] = [];
  // All are inflated at once, each is looked at as its turn comes.
  const loading = pinned.map(([, file]) => loadSequence(file, ports));
  for (const late of loading) late.catch(() => {}); // The first that fails speaks for all.
  for (const [n, [sequence]] of pinned.entries()) {
    const { volume, nonFiniteOutside } = await loading[n];
    volumes.set(sequence, volume);
    if (nonFiniteOutside > 0) warnings.push(zeroed(sequence, nonFiniteOutside));
    ports.log({ stage: 'ingest', message: 'read', done: volumes.size, total: pinned.length });
  }
  const reference = volumes.get(draft.referenceSequence)!;
  for (const [sequence, file] of pinned) checkOverlap(file.name, volumes.get(sequence)!, reference);
  await named(draft.sequences[draft.referenceSequence]!.name, async () => checkModelGrid(reference, draft.model));
  if (draft.reference) await checkReference(draft.reference, draft.labelTable, reference, ports);
  const hasSkullSomewhere = [...volumes.values()].some((volume) => hasSkull(thinOut(volume, MOST_SAMPLES)));
  if (hasSkullSomewhere) warnings.push(SKULL_PRESENT);
  const grids = Object.fromEntries([...volumes].map(([s, { shape, affine }]) => [s, { shape, affine }]));
  return { grids, warnings };
}

function checkOverlap(name: string, volume: Volume, reference: Volume): void {
  const share = Math.max(overlapFraction(reference, volume), overlapFraction(volume, reference));
  if (share < LEAST_OVERLAP)
    throw new NeurotileError('GRIDS_APART', {
      file: name,
      found: `${Math.round(100 * share)} % of the field of view shared with the reference sequence`,
      expected: `at least ${100 * LEAST_OVERLAP} %`,
    });
}

/** A few coarse voxels may span metres: the model's grid over the same field of view has to fit too. */
function checkModelGrid(reference: Volume, { axes, spacingMm }: ModelSpec): void {
  const { shape } = modelGrid(reference, axes, spacingMm);
  if (voxelsIn(shape) > LIMITS.voxels)
    throw new NeurotileError('TOO_LARGE', {
      found: `${shape.join(' × ')} voxels on the model's grid`,
      expected: `at most ${LIMITS.voxels}`,
    });
}

async function checkReference(reference: Pinned, labelTable: LabelTable, grid: Volume, ports: Ports): Promise<void> {
  const mask = await loadMask(reference, ports);
  if (!sameGrid(mask, grid, 0.01))
    throw new NeurotileError('REFERENCE_GRID', {
      file: reference.name,
      found: mask.shape.join(' × '),
      expected: `the reference sequence's ${grid.shape.join(' × ')} and its affine`,
    });
  await named(reference.name, async () => toBratsLabels(mask.data, LABEL_TABLES[labelTable]));
}

const zeroed = (sequence: Sequence, n: number): Warning => ({
  code: 'NOT_FINITE_OUTSIDE_BRAIN',
  message: `${sequence}: ${n} voxels outside the brain were not finite and were taken as zero.`,
});

const SKULL_PRESENT: Warning = {
  code: 'SKULL_PRESENT',
  message:
    'The study still has its skull. The model learned on brains alone: expect false findings, and take volumes with care.',
};
