import { createHash } from 'node:crypto';
import type { Message } from '../../functions/contract/messages.ts';
import type { ModelSpec } from '../../functions/contract/model.ts';
import type { TrainingSettings } from '../../functions/contract/training.ts';
import type { TrainingTask } from '../../functions/contract/training-tasks.ts';
import { NeurotileError } from '../../functions/core/errors.ts';
import type {
  ModelEvent,
  TrainingJobRequest,
  TrainingJobStanding,
  TrainingPorts,
} from '../../functions/pipeline/training/ports.ts';
import type { JobsUnderTest } from '../conformance/training-jobs.ts';
import { makePorts, putText } from './make-ports.ts';

/** Training jobs in memory, held to the same conformance suite as SageMaker's. */
export function createMemoryJobs(): JobsUnderTest & { created: TrainingJobRequest[] } {
  const standings = new Map<string, TrainingJobStanding>();
  const created: TrainingJobRequest[] = [];
  let isRefused = false;
  return {
    created,
    jobs: {
      async create(request) {
        if (isRefused) {
          isRefused = false;
          throw new NeurotileError('TRAINING_JOB', { found: 'ResourceLimitExceeded' });
        }
        if (standings.has(request.name)) return 'exists';
        standings.set(request.name, { state: 'under way' });
        created.push(request);
        return 'created';
      },
      describe: async (name) => standings.get(name),
    },
    complete: (job) =>
      void standings.set(job, { state: 'completed', modelPrefix: `training/jobs/${job}/output/model/` }),
    fail: (job, reason, status = 'Failed') =>
      void standings.set(job, { state: 'failed', reason: `${status}, ${status}: ${reason}` }),
    refuseNext() {
      isRefused = true;
    },
  };
}

const SETTINGS: TrainingSettings = {
  image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/neurotile-training:1',
  roleArn: 'arn:aws:iam::000000000000:role/job',
  instanceType: 'ml.g5.xlarge',
  volumeGb: 50,
  maxRunSeconds: 86_400,
  maxWaitSeconds: 172_800,
  kmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k',
  gateRule: 'not-worse',
};

export interface TestTrainingPorts extends TrainingPorts {
  told: ModelEvent[];
  sent: Message[];
  asked: TrainingTask[];
  runner: ReturnType<typeof createMemoryJobs>;
}

/** Ports on stores in memory that keep what they are told. */
export function makeTrainingPorts(settings: Partial<TrainingSettings> = {}): TestTrainingPorts {
  const { studies, work, queue, codec, sent, log } = makePorts();
  const told: ModelEvent[] = [];
  const asked: TrainingTask[] = [];
  const runner = createMemoryJobs();
  return {
    ...{ studies, work, queue, codec, log, sent, told, asked, runner },
    jobs: runner.jobs,
    tasks: { send: async (task) => void asked.push(task) },
    isServed: async () => true,
    events: { publish: async (event) => void told.push(event) },
    parseModel(metadata) {
      const { neurotile } = metadata as { neurotile?: ModelSpec };
      if (!neurotile) throw new NeurotileError('MODEL', { found: 'no "neurotile" block' });
      return neurotile;
    },
    settings: { ...SETTINGS, ...settings },
    namePrefix: 'neurotile',
  };
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A model's two files: a network that is a text, and metadata that names it. */
export function modelFiles(network: string, trainedOn: readonly string[] = []) {
  const digest = sha256(network);
  const neurotile = { name: network, sequences: ['T1', 'T1ce', 'T2', 'FLAIR'], digest, provenance: { trainedOn } };
  return { digest, network, metadata: JSON.stringify({ neurotile }) };
}

/** Puts a model where `model use` puts it. @returns its digest */
export async function storeModel({ studies }: TrainingPorts, name: string, trainedOn: readonly string[] = []) {
  const { digest, network, metadata } = modelFiles(name, trainedOn);
  await putText(studies, `models/${digest}/metadata.json`, metadata);
  await putText(studies, `models/${digest}/model.onnx`, network);
  return digest;
}

export interface DatasetOptions {
  training?: number;
  validation?: number;
  extra?: Record<string, unknown>;
}

/** A dataset of tiny files under datasets/site/, dataset.json last. @returns what it says */
export async function storeDataset(
  { studies }: TrainingPorts,
  { training = 2, validation = 0, extra = {} }: DatasetOptions = {},
): Promise<Record<string, unknown>> {
  const item = (name: string) => ({
    name,
    image: ['t1', 't1ce', 't2', 'flair'].map((s) => `images/${name}_${s}.nii.gz`),
    label: `labels/${name}.nii.gz`,
  });
  const items = (prefix: string, n: number) => Array.from({ length: n }, (_, k) => item(`${prefix}${k + 1}`));
  const said = {
    name: 'site',
    modality: { '0': 'T1', '1': 'T1ce', '2': 'T2', '3': 'FLAIR' },
    labelTable: 'brats',
    training: items('t', training),
    validation: items('v', validation),
    ...extra,
  };
  for (const { image, label } of [...said.training, ...said.validation])
    for (const name of [...image, label]) await putText(studies, `datasets/site/${name}`, name);
  await putText(studies, 'datasets/site/dataset.json', JSON.stringify(said));
  return said;
}
