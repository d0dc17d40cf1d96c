import { modelKey, networkKey } from '../../contract/keys.ts';
import {
  bundlePrefix,
  checkpointsPrefix,
  type Dataset,
  type DatasetStanding,
  datasetKey,
  datasetPrefix,
  datasetStandingKey,
  JOBS_PREFIX,
  type JobDocument,
  type JobEnd,
  jobEndKey,
  jobKey,
} from '../../contract/training.ts';
import { NeurotileError } from '../../core/errors.ts';
import { getJson, putJsonOnce, toJson } from '../json.ts';
import { AGAIN_SOON, DONE, type ObjectInfo, type Verdict } from '../ports.ts';
import { failDataset } from './fail-dataset.ts';
import { filesOf, parseDataset } from './parse-dataset.ts';
import type { TrainingPorts } from './ports.ts';
import { currentDigest } from './service.ts';

/** Part of an S3 address that SageMaker is given. */
const DATASET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** Missing files that an error names. */
const MOST_NAMED = 3;

/**
 * A dataset.json came: one training job of what it says. The job's name is a function of what lies there and of the
 * settings, so that an event that comes twice starts one job, and a dataset that was trained on already, none.
 * What is wrong with a dataset is written at `training/datasets/<name>.json`, and nothing is started.
 */
export async function startTraining({ dataset }: { dataset: string }, ports: TrainingPorts): Promise<Verdict> {
  try {
    return await start(dataset, ports);
  } catch (error) {
    if (!(error instanceof NeurotileError)) throw error;
    await failDataset({ dataset }, error, ports);
    return { verdict: 'refused', code: error.code };
  }
}

async function start(dataset: string, ports: TrainingPorts): Promise<Verdict> {
  if (!DATASET.test(dataset)) throw new NeurotileError('DATASET', NAME_RULE);
  const stored = await ports.studies.get(datasetKey(dataset));
  if (!stored) return DONE;
  const said = parseDataset(new TextDecoder().decode(stored.bytes));
  const files = await filesOfDataset(dataset, said, ports);
  const from = said.from === 'current' ? await currentDigest(ports.studies) : said.from;
  if (said.from !== undefined) await layBundle(from, ports);

  const base = await nameOf(dataset, stored.bytes, files, from, ports);
  if (await isTrained(base, ports)) return DONE;
  // A dataset.json that is laid there again is another try of what failed; the same event is not.
  const job = `${base}-${(await hashOf([stored.version], ports)).slice(0, 8)}`;
  const document: JobDocument = { v: 1, job, dataset, from };
  if ((await putJsonOnce(ports.studies, jobKey(job), document)) === 'conflict') return AGAIN_SOON;
  if (await ports.studies.head(jobEndKey(job))) return DONE;
  await create(document, said.hyperparameters, ports);
  const standing: DatasetStanding = { v: 1, dataset, state: 'training', job };
  await ports.studies.put(datasetStandingKey(dataset), toJson(standing));
  return DONE;
}

/** A job that SageMaker would refuse again has ended. */
async function create(
  { job, dataset, from }: JobDocument,
  hyperparameters: Dataset['hyperparameters'],
  ports: TrainingPorts,
) {
  try {
    await ports.jobs.create({
      name: job,
      datasetPrefix: datasetPrefix(dataset),
      modelPrefix: from && bundlePrefix(from),
      outputPrefix: JOBS_PREFIX,
      checkpointsPrefix: checkpointsPrefix(job),
      hyperparameters,
    });
  } catch (error) {
    if (error instanceof NeurotileError) {
      const end: JobEnd = { v: 1, job, state: 'failed', code: error.code };
      await putJsonOnce(ports.studies, jobEndKey(job), end);
    }
    throw error;
  }
}

const NAME_RULE = {
  found: 'a folder whose name SageMaker cannot be given',
  expected: 'up to 100 letters, digits, ".", "_" and "-"',
};

/** The objects that dataset.json names. @throws NeurotileError DATASET where some are not there */
async function filesOfDataset(dataset: string, said: Dataset, { studies }: TrainingPorts): Promise<ObjectInfo[]> {
  const prefix = datasetPrefix(dataset);
  const stored = new Map((await studies.list(prefix)).map((o) => [o.key.slice(prefix.length), o]));
  const names = [...new Set(filesOf(said))];
  const missing = names.filter((name) => !stored.has(name));
  if (missing.length > 0)
    throw new NeurotileError('DATASET', {
      found: `${missing.length} files that are not there: ${missing.slice(0, MOST_NAMED).join(', ')}`,
      expected: 'all of them, before dataset.json',
    });
  return names.map((name) => stored.get(name)!);
}

/** <instance>-<16 digits>: of the dataset's content, what it starts from and how jobs are run. */
async function nameOf(
  dataset: string,
  bytes: Uint8Array,
  files: readonly ObjectInfo[],
  from: string | undefined,
  ports: TrainingPorts,
): Promise<string> {
  const { image, instanceType, maxRunSeconds } = ports.settings;
  const content = files.map(({ key, version }) => [key, version]).sort();
  const how = [image, instanceType, maxRunSeconds];
  const digest = await hashOf([dataset, await ports.codec.sha256(bytes), content, from ?? null, how], ports);
  return `${ports.namePrefix}-${digest.slice(0, 16)}`;
}

const hashOf = (value: unknown, { codec }: TrainingPorts) =>
  codec.sha256(new TextEncoder().encode(JSON.stringify(value)));

/** Whether a job of this name, whatever the attempt, is under way or came to a model. */
async function isTrained(base: string, { studies, jobs }: TrainingPorts): Promise<boolean> {
  const begun = (await studies.list(`${JOBS_PREFIX}${base}-`)).filter(({ key }) => key.endsWith('/job.json'));
  for (const { key } of begun) {
    const job = key.slice(JOBS_PREFIX.length, -'/job.json'.length);
    const end = await getJson<JobEnd>(studies, jobEndKey(job));
    const state = end?.state ?? (await jobs.describe(job))?.state ?? 'failed';
    if (state !== 'failed') return true;
  }
  return false;
}

/** A model as a bundle's folder, which is what a job takes up. @throws NeurotileError MODEL */
async function layBundle(digest: string | undefined, { studies }: TrainingPorts): Promise<void> {
  for (const [name, key] of digest === undefined ? [] : bundleFiles(digest)) {
    if (await studies.head(bundlePrefix(digest!) + name)) continue;
    const stored = await studies.get(key);
    if (!stored) throw new NeurotileError('MODEL', { found: `no ${key}`, expected: 'the model to start from' });
    await studies.put(bundlePrefix(digest!) + name, stored.bytes, { ifAbsent: true });
  }
  if (digest === undefined)
    throw new NeurotileError('MODEL', { found: 'no current model', expected: 'one to start from' });
}

const bundleFiles = (digest: string): [name: string, key: string][] => [
  ['configs/metadata.json', modelKey(digest)],
  ['models/model.onnx', networkKey(digest)],
];
