import type { LabelTable, Region } from './model.ts';

/** Where the road of training keeps what it knows, all of it in the `studies` bucket. */

export const datasetPrefix = (dataset: string) => `datasets/${dataset}/`;
export const datasetKey = (dataset: string) => `datasets/${dataset}/dataset.json`;
/** How a dataset stands: what was wrong with it, the job that it is in, the model that came of it. */
export const datasetStandingKey = (dataset: string) => `training/datasets/${dataset}.json`;

/** SageMaker puts a job's model under <prefix><job>/output/. */
export const JOBS_PREFIX = 'training/jobs/';
export const jobKey = (job: string) => `${JOBS_PREFIX}${job}/job.json`;
/** Written once, when all that a job's end causes has been done. */
export const jobEndKey = (job: string) => `${JOBS_PREFIX}${job}/end.json`;
/** In `work`: what a job on spot instances goes on from. */
export const checkpointsPrefix = (job: string) => `checkpoints/${job}/`;

export const MODELS_PREFIX = 'models/';
export const registeredKey = (digest: string) => `models/${digest}/registered.json`;
/** Which studies the gate runs two models on. */
export const gateAskedKey = (digest: string, against: string) => `models/${digest}/gate/${against}/asked.json`;
/** What came of it; written once. */
export const gateVerdictKey = (digest: string, against: string) => `models/${digest}/gate/${against}/verdict.json`;
/** Written once, when all that a verdict causes has been done. */
export const decidedKey = (digest: string) => `models/${digest}/decided.json`;
/** A model as the bundle that a job can start from. */
export const bundlePrefix = (digest: string) => `models/${digest}/bundle/`;

/** Who was put into service, one object a change, numbered from 1 without gaps: whoever writes n + 1 knew n. */
export const SERVICE_PREFIX = 'models/service/';
export const serviceKey = (n: number) => `${SERVICE_PREFIX}${String(n).padStart(8, '0')}.json`;

/** Studies that the gate lays into `incoming/` itself. */
export const GATE_STUDIES = '_gate/';
export const gateStudy = (dataset: string, item: string, token: string) => `${GATE_STUDIES}${dataset}/${item}-${token}`;

/** `training/jobs/<job>/job.json`. */
export interface JobDocument {
  v: 1;
  job: string;
  dataset: string;
  /** Digest of the model that it starts from. */
  from?: string;
}

/** `training/jobs/<job>/end.json`. */
export interface JobEnd {
  v: 1;
  job: string;
  state: 'registered' | 'failed';
  digest?: string;
  code?: string;
}

/** `training/datasets/<name>.json`: for the uploader, so its message may name files. The last word is the one that counts. */
export interface DatasetStanding {
  v: 1;
  dataset: string;
  state: 'training' | 'registered' | 'refused' | 'failed';
  code?: string;
  message?: string;
  job?: string;
  digest?: string;
}

/** `models/<digest>/registered.json`: made by a job of ours, pending until the gate has said something. */
export interface RegisteredModel {
  v: 1;
  digest: string;
  name: string;
  dataset: string;
  job: string;
}

/** `models/<digest>/gate/<against>/asked.json`. */
export interface GateAsked {
  v: 1;
  digest: string;
  against: string;
  dataset: string;
  studies: readonly GateStudy[];
  leftOut: readonly { item: string; why: 'trained on' | 'sequence missing' }[];
}

export interface GateStudy {
  item: string;
  study: string;
  /** What its reference can tell; all where nothing is said. */
  regions?: readonly Region[];
}

/** One measure of two models on the same studies; `mean`, `low` and `high` are of after − before. */
export interface PairedMeasure {
  n: number;
  before: number | null;
  after: number | null;
  mean: number | null;
  low: number | null;
  high: number | null;
}

/** `models/<digest>/gate/<against>/verdict.json`. */
export interface GateVerdict {
  v: 1;
  digest: string;
  against: string;
  dataset: string;
  verdict: 'passed' | 'refused';
  /** Every rule that was broken, in words. */
  reasons: readonly string[];
  /** The interval of the whole tumour's Dice lies above zero. */
  isBetter: boolean;
  regions: Record<Region, { dice: PairedMeasure; hd95Mm: PairedMeasure }>;
  studies: readonly { item: string; dice: readonly [before: number | null, after: number | null] }[];
  leftOut: GateAsked['leftOut'];
  /** Items that could not be scored under the model in service, or under both. */
  unscored: readonly string[];
}

/** `models/service/<n>.json`. */
export interface ServiceEntry {
  v: 1;
  digest: string;
  /** `found`: it was current before this list began. */
  by: 'found' | 'gate' | 'operator' | 'rollback';
}

/** What a dataset.json says, as far as the cloud looks. Image: one 4D file, or the files of `order`, null where missing. */
export interface Dataset {
  order: readonly string[];
  labelTable?: LabelTable;
  training: readonly DatasetItem[];
  validation: readonly DatasetItem[];
  /** As SageMaker takes them: strings. */
  hyperparameters: Readonly<Record<string, string>>;
  /** `current`, or a digest: what the training starts from. */
  from?: string;
}

export interface DatasetItem {
  name: string;
  image: string | readonly (string | null)[];
  label: string;
  regions?: readonly Region[];
}

/** What a stack was told of its training jobs: `infra` writes it, the handler reads it. */
export interface TrainingSettings {
  /** The training container in ECR. */
  image: string;
  roleArn: string;
  instanceType: string;
  volumeGb: number;
  maxRunSeconds: number;
  /** Spot instances: at most so long for waiting and running together; nothing where instances are paid in full. */
  maxWaitSeconds?: number;
  /** Encrypts volumes, where the instance type allows it, models and checkpoints. */
  kmsKeyArn: string;
  /** Whose validation items the gate looks at; those of the model's own dataset where nothing is said. */
  gateDataset?: string;
  gateRule: GateRule;
}

/** Whether volumes of these instances are NVMe disks that encrypt themselves: SageMaker refuses a key of ours for them. */
export const hasOwnDisks = (instanceType: string) =>
  /^ml\.(g4dn|g5|g6|g6e|p4d|p4de|p5|p5e|trn1|trn2)\./.test(instanceType);

/** `not-worse`: non-inferior within the margins. `better`: that, and the Dice interval above zero. */
export const GATE_RULES = ['not-worse', 'better'] as const;
export type GateRule = (typeof GATE_RULES)[number];

/** Environment of the training Lambda, beside what every handler has. */
export const TRAINING_ENVIRONMENT = { settings: 'TRAINING', queueUrl: 'TRAINING_QUEUE_URL' } as const;

/** `source` of events about datasets and models: who listens for studies does not hear them. */
export const TRAINING_EVENT_SOURCE = 'neurotile.training';
