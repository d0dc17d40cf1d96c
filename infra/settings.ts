import type { Node } from 'constructs';
import { PREDICTORS, type PredictorKind } from '../functions/contract/environment.ts';
import { readTrainingPlan, type TrainingPlan } from './training-plan.ts';

/** What may be asked of a deployment: `npx cdk deploy --context name=value`; cdk.json holds what is usual. */
export interface Settings {
  /** Stands before the names of stacks and endpoints, so that several live in one account. */
  readonly instanceId: string;
  readonly predictor: PredictorKind;
  /** Where alarms and the news of studies go, if anywhere. */
  readonly mail?: string;
  /** Shipped models by name, or folders of bundles: one endpoint each. */
  readonly models: readonly string[];
  /** The model container in ECR; built from model-container/ where none is given. */
  readonly image?: string;
  readonly instanceType: string;
  /** Instances that an endpoint may grow to. */
  readonly maxInstances: number;
  /** How datasets are trained on; nothing where they are not. */
  readonly training?: TrainingPlan;
}

/** What the context says of a name; nothing where it says nothing. */
export type ContextText = (name: string) => string | undefined;

/** @throws Error naming the setting, what it is and what it should be */
export function readSettings(node: Node): Settings {
  const text: ContextText = (name) => {
    const value: unknown = node.tryGetContext(name);
    return value === undefined || value === '' ? undefined : String(value);
  };
  return {
    instanceId: matching('instanceId', text('instanceId') ?? 'neurotile', INSTANCE_ID),
    predictor: oneOf('predictor', text('predictor') ?? 'lambda', PREDICTORS),
    mail: optional('mail', text('mail'), MAIL),
    models: (text('models') ?? '').split(',').filter(Boolean),
    image: optional('image', text('image'), IMAGE),
    instanceType: matching('instanceType', text('instanceType') ?? 'ml.g5.xlarge', INSTANCE_TYPE),
    maxInstances: Number(matching('maxInstances', text('maxInstances') ?? '1', COUNT)),
    training: readTrainingPlan(text),
  };
}

/** `neurotile`, `Pipeline` -> `NeurotilePipeline`. */
export function stackName(instanceId: string, part: string): string {
  const words = instanceId.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.join('') + part;
}

export type Pattern = readonly [pattern: RegExp, meaning: string];

/** S3 cuts the names that it makes of a stack's at 63 letters; queues' policies know buckets by that beginning. */
const INSTANCE_ID: Pattern = [/^[a-z][a-z0-9]*(-[a-z0-9]+)*$(?<=^.{1,20})/, 'up to 20 of a-z, 0-9 and single hyphens'];
const MAIL: Pattern = [/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'an address'];
/** SageMaker takes images from ECR alone. */
export const IMAGE: Pattern = [
  /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9._/-]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/,
  'an image in ECR, <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>',
];
export const INSTANCE_TYPE: Pattern = [
  /^ml\.[a-z0-9-]+\.[a-z0-9]+$/,
  'an instance type of SageMaker, such as ml.g5.xlarge',
];
export const COUNT: Pattern = [/^[1-9]\d{0,2}$/, 'a number from 1 to 999'];

export function matching(name: string, value: string, [pattern, meaning]: Pattern): string {
  if (!pattern.test(value)) throw new Error(`context ${name} is "${value}"; expected ${meaning}`);
  return value;
}

export const optional = (name: string, value: string | undefined, pattern: Pattern) =>
  value === undefined ? undefined : matching(name, value, pattern);

export function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (!found) throw new Error(`context ${name} is "${value}"; expected one of ${choices.join(', ')}`);
  return found;
}
