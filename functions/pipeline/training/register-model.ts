import { modelKey, networkKey } from '../../contract/keys.ts';
import type { ModelSpec } from '../../contract/model.ts';
import {
  type DatasetStanding,
  datasetStandingKey,
  type JobDocument,
  type JobEnd,
  jobEndKey,
  jobKey,
  type RegisteredModel,
  registeredKey,
} from '../../contract/training.ts';
import { NeurotileError } from '../../core/errors.ts';
import { fromJson, getJson, putJsonOnce, toJson } from '../json.ts';
import { AGAIN_SOON, DONE, type Verdict } from '../ports.ts';
import { failDataset } from './fail-dataset.ts';
import type { TrainingPorts } from './ports.ts';
import { tell } from './tell.ts';

/** Words of SageMaker's, or of the container's, that an error quotes. */
const MOST_LETTERS = 500;

/**
 * A training job has ended, or so somebody says: it is asked how it stands. Its model becomes a version that is pending;
 * a job that failed, or whose model is none, becomes an error of its dataset. Told twice, late or of a job that is still
 * under way, nothing is done twice and nothing is lost.
 */
export async function registerModel({ job }: { job: string }, ports: TrainingPorts): Promise<Verdict> {
  const { studies } = ports;
  const known = await getJson<JobDocument>(studies, jobKey(job));
  if (!known || (await studies.head(jobEndKey(job)))) return DONE;
  const standing = await ports.jobs.describe(job);
  if (!standing || standing.state === 'under way') return DONE;
  try {
    if (standing.state === 'failed') throw jobFailed(standing.reason);
    return await register(known, standing.modelPrefix, ports);
  } catch (error) {
    if (!(error instanceof NeurotileError)) throw error;
    // A model that cannot be used is the job's failure, not the uploader's.
    const failure = error.code === 'TRAINING_JOB' ? error : jobFailed(error.message, error);
    await failDataset(known, failure, ports);
    const end: JobEnd = { v: 1, job, state: 'failed', code: failure.code };
    return (await putJsonOnce(studies, jobEndKey(job), end)) === 'conflict' ? AGAIN_SOON : DONE;
  }
}

const jobFailed = (reason: string, cause?: unknown) =>
  new NeurotileError('TRAINING_JOB', { found: reason.slice(0, MOST_LETTERS) }, cause);

async function register({ job, dataset }: JobDocument, modelPrefix: string, ports: TrainingPorts): Promise<Verdict> {
  const { studies } = ports;
  const { spec, metadata, network } = await modelOf(modelPrefix, ports);
  const { digest, name } = spec;
  const registered: RegisteredModel = { v: 1, digest, name, dataset, job };
  const end: JobEnd = { v: 1, job, state: 'registered', digest };
  const standing: DatasetStanding = { v: 1, dataset, state: 'registered', job, digest };
  // The network first: whoever finds the metadata, or that a model is registered, finds it whole.
  for (const [key, bytes] of [
    [networkKey(digest), network],
    [modelKey(digest), metadata],
    [registeredKey(digest), toJson(registered)],
  ] as const)
    if ((await studies.put(key, bytes, { ifAbsent: true })).outcome === 'conflict') return AGAIN_SOON;
  await studies.put(datasetStandingKey(dataset), toJson(standing));
  await tell({ type: 'Model Registered', key: registeredKey(digest), job, modelDigest: digest }, ports);
  await ports.tasks.send({ v: 1, task: 'gate' });
  return (await putJsonOnce(studies, jobEndKey(job), end)) === 'conflict' ? AGAIN_SOON : DONE;
}

interface Model {
  spec: ModelSpec;
  metadata: Uint8Array;
  network: Uint8Array;
}

/** @throws NeurotileError MODEL where the job's folder is no model, or not the one that its metadata tells of */
async function modelOf(prefix: string, { studies, codec, parseModel }: TrainingPorts): Promise<Model> {
  const read = async (name: string) => {
    const stored = await studies.get(prefix + name);
    if (!stored) throw new NeurotileError('MODEL', { found: `no ${name}`, expected: 'the folder of a model bundle' });
    return stored.bytes;
  };
  const metadata = await read('configs/metadata.json');
  const network = await read('models/model.onnx');
  const spec = parseModel(parsed(metadata));
  const sha256 = await codec.sha256(network);
  if (sha256 !== spec.digest) throw new NeurotileError('MODEL', { found: `sha256 ${sha256}`, expected: spec.digest });
  return { spec, metadata, network };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return fromJson(bytes);
  } catch (cause) {
    throw new NeurotileError('MODEL', { found: 'metadata that is no JSON' }, cause);
  }
}
