import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PREDICTORS, type PredictorKind } from '../../../contract/environment.ts';
import type { StageName } from '../../../contract/stages.ts';
import { NeurotileError } from '../../../core/errors.ts';
import { throwingCoded } from './coded-errors.ts';

/** Of the instance id `neurotile`, which is what a deployment without another is called. */
export const DEFAULT_STACK = 'NeurotilePipeline';

/** What a deployed stack says of itself. */
export interface Stack {
  name: string;
  region: string;
  studiesBucket: string;
  workBucket: string;
  queueUrls: Record<StageName, string>;
  deadLetterUrls: Record<StageName, string>;
  predictor: PredictorKind;
}

export const stackNameOf = (option: string | undefined, env: NodeJS.ProcessEnv = process.env) =>
  option ?? (env.NEUROTILE_STACK || DEFAULT_STACK);

/**
 * The stack by its CloudFormation name, from its outputs: the only place that asks.
 * @throws NeurotileError STACK_UNKNOWN, CREDENTIALS, ACCESS_DENIED, UNREACHABLE
 */
export async function findStack(name: string): Promise<Stack> {
  const client = throwingCoded(new CloudFormationClient({}));
  const outputs = await outputsOf(name, client);
  const region = await client.config.region();
  if (!outputs) throw new NeurotileError('STACK_UNKNOWN', { found: `no "${name}" in ${region}` });
  const text = (key: string) => {
    const value = outputs.get(key);
    if (value !== undefined) return value;
    throw new NeurotileError('STACK_UNKNOWN', { found: `"${name}" in ${region}, without ${key} among its outputs` });
  };
  const predictor = PREDICTORS.find((kind) => kind === text('Predictor'));
  return {
    name,
    region,
    studiesBucket: text('StudiesBucket'),
    workBucket: text('WorkBucket'),
    queueUrls: JSON.parse(text('QueueUrls')) as Stack['queueUrls'],
    deadLetterUrls: JSON.parse(text('DeadLetterUrls')) as Stack['deadLetterUrls'],
    predictor: predictor ?? 'lambda',
  };
}

/** A stack's outputs by name; undefined where there is no such stack. */
export async function outputsOf(name: string, client: CloudFormationClient): Promise<Map<string, string> | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return new Map((Stacks[0]?.Outputs ?? []).map((o) => [o.OutputKey ?? '', o.OutputValue ?? '']));
  } catch (error) {
    // CloudFormation has no error of its own for it.
    const isMissing =
      error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
    if (isMissing) return undefined;
    throw error;
  }
}
