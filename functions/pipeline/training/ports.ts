import type { ModelSpec } from '../../contract/model.ts';
import type { TrainingSettings } from '../../contract/training.ts';
import type { TrainingTask } from '../../contract/training-tasks.ts';
import type { Codec, MessageQueue, ObjectStore, Ports } from '../ports.ts';

/** What a training job is given. Prefixes are keys of `studies`, but for the checkpoints', which are of `work`. */
export interface TrainingJobRequest {
  /** SageMaker's form: up to 63 letters, digits and single hyphens. */
  name: string;
  datasetPrefix: string;
  /** A bundle that is fine-tuned; without one it is trained from scratch. */
  modelPrefix?: string;
  outputPrefix: string;
  checkpointsPrefix: string;
  hyperparameters: Readonly<Record<string, string>>;
}

/** How a job stands. `modelPrefix`: where in `studies` the model's folder lies, file by file. */
export type TrainingJobStanding =
  | { state: 'under way' }
  | { state: 'completed'; modelPrefix: string }
  | { state: 'failed'; reason: string };

/** Training jobs by name; a name is never used twice. */
export interface TrainingJobs {
  /**
   * `exists`: there is a job of that name, whatever became of it.
   * @throws NeurotileError TRAINING_JOB where it would be refused again: no quota, no such image
   */
  create(request: TrainingJobRequest): Promise<'created' | 'exists'>;
  /** Undefined where there is no such job. One that somebody stopped has failed. */
  describe(name: string): Promise<TrainingJobStanding | undefined>;
}

/** Datasets and models that came to something; sent twice, an event has one id. */
export interface ModelEvent {
  id: string;
  type: 'Training Refused' | 'Training Failed' | 'Model Registered' | 'Model Refused' | 'Model Promoted';
  version: 1;
  /** Key of the document that says more, in the studies bucket. */
  key: string;
  code?: string;
  job?: string;
  modelDigest?: string;
}

export interface ModelEvents {
  publish(event: ModelEvent): Promise<void>;
}

/** What the use-cases of training need of the world. */
export interface TrainingPorts {
  studies: ObjectStore;
  work: ObjectStore;
  /** To the stages: the gate asks `ingest` for runs. */
  queue: MessageQueue;
  tasks: { send(task: TrainingTask, options?: { delaySeconds?: number }): Promise<void> };
  jobs: TrainingJobs;
  /** Whether runs under a model come to an end: its endpoint is there, or none is needed. */
  isServed(digest: string): Promise<boolean>;
  events: ModelEvents;
  codec: Pick<Codec, 'sha256'>;
  /** @throws NeurotileError MODEL naming the field of the metadata that is wrong */
  parseModel(metadata: unknown): ModelSpec;
  settings: TrainingSettings;
  /** Begins the names of jobs, so that several instances live in one account. */
  namePrefix: string;
  log: Ports['log'];
}
