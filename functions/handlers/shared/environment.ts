import { ENVIRONMENT } from '../../contract/environment.ts';
import type { Bucket, StageName } from '../../contract/stages.ts';
import { TRAINING_ENVIRONMENT } from '../../contract/training.ts';

/**
 * One of the variables that `infra` sets.
 * @throws Error naming it where it is not set
 */
export const variable = (name: keyof typeof ENVIRONMENT) => environmentText(ENVIRONMENT[name]);

/** The same of those that the training Lambda alone is told. */
export const trainingVariable = (name: keyof typeof TRAINING_ENVIRONMENT) =>
  environmentText(TRAINING_ENVIRONMENT[name]);

function environmentText(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment lacks ${name}`);
  return value;
}

/** Stage name -> URL of its queue, or of its dead letters. */
export function urlsIn(name: 'queueUrls' | 'deadLetterUrls'): Record<StageName, string> {
  return JSON.parse(variable(name)) as Record<StageName, string>;
}

/** Our names for the two buckets; undefined for any other. */
export function bucketNames(): (name: string) => Bucket | undefined {
  const buckets = new Map<string, Bucket>([
    [variable('studiesBucket'), 'studies'],
    [variable('workBucket'), 'work'],
  ]);
  return (name) => buckets.get(name);
}
