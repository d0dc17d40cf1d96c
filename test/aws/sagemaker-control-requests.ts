import { AwsRefusal } from './sagemaker-requests.ts';

export type Fields = Record<string, unknown>;

/**
 * What the API's reference says of CreateTrainingJob, as far as it is used here:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 * @throws AwsRefusal ValidationException
 */
export function checkTrainingJob(asked: Fields): void {
  for (const [path, rule] of Object.entries(RULES)) check(path, at(asked, path), rule);
  for (const path of pathsOf(asked)) if (!isKnown(path)) throw invalid(`${path} is no field of the request`);
  const channels = asked.InputDataConfig as Fields[];
  for (const channel of channels)
    for (const [path, rule] of Object.entries(CHANNEL)) check(path, at(channel, path), rule);
  const { MaxRuntimeInSeconds: run, MaxWaitTimeInSeconds: wait } = asked.StoppingCondition as Record<string, number>;
  if (asked.EnableManagedSpotTraining !== (wait !== undefined))
    throw invalid('MaxWaitTimeInSeconds goes with spot training');
  if (wait < run) throw invalid('MaxWaitTimeInSeconds is less than MaxRuntimeInSeconds');
  for (const [name, value] of Object.entries(asked.HyperParameters as Fields))
    if (name.length > 256 || typeof value !== 'string' || value.length > 2500) throw invalid(`HyperParameters.${name}`);
}

interface Rule {
  holds: (value: unknown) => boolean;
  isOptional?: boolean;
}

const text = (pattern: RegExp): Rule => ({ holds: (v) => typeof v === 'string' && pattern.test(v) });
const oneOf = (...known: unknown[]): Rule => ({ holds: (v) => known.includes(v) });
const whole = (least: number, most: number): Rule => ({
  holds: (v) => Number.isInteger(v) && Number(v) >= least && Number(v) <= most,
});
const optional = (rule: Rule): Rule => ({ ...rule, isOptional: true });
const list: Rule = { holds: Array.isArray };
const object: Rule = { holds: (v) => typeof v === 'object' && v !== null };
const S3_URI = text(/^(https|s3):\/\/[a-z0-9.-]{3,63}\/\S{1,900}$/);
const KEY = text(/^[a-zA-Z0-9:/_-]{1,2048}$/);

const RULES: Readonly<Record<string, Rule>> = {
  TrainingJobName: text(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/),
  RoleArn: text(/^arn:aws[a-z-]*:iam::\d{12}:role\/.{1,2000}$/),
  'AlgorithmSpecification.TrainingImage': text(/^\S{1,255}$/),
  'AlgorithmSpecification.TrainingInputMode': oneOf('Pipe', 'File', 'FastFile'),
  'AlgorithmSpecification.ContainerArguments': optional(list),
  HyperParameters: object,
  InputDataConfig: { holds: (v) => Array.isArray(v) && v.length >= 1 && v.length <= 20 },
  'OutputDataConfig.S3OutputPath': S3_URI,
  'OutputDataConfig.CompressionType': oneOf('GZIP', 'NONE'),
  'OutputDataConfig.KmsKeyId': KEY,
  'CheckpointConfig.S3Uri': S3_URI,
  'CheckpointConfig.LocalPath': text(/^\/opt\/ml\/checkpoints$/),
  'ResourceConfig.InstanceType': text(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/),
  'ResourceConfig.InstanceCount': whole(1, 1),
  'ResourceConfig.VolumeSizeInGB': whole(1, 16_384),
  'ResourceConfig.VolumeKmsKeyId': optional(KEY),
  'StoppingCondition.MaxRuntimeInSeconds': whole(1, 28 * 24 * 3600),
  'StoppingCondition.MaxWaitTimeInSeconds': optional(whole(1, 28 * 24 * 3600)),
  EnableManagedSpotTraining: oneOf(true, false),
  EnableNetworkIsolation: oneOf(true, false),
};

const CHANNEL: Readonly<Record<string, Rule>> = {
  ChannelName: text(/^[A-Za-z0-9._-]{1,64}$/),
  InputMode: oneOf('Pipe', 'File', 'FastFile'),
  CompressionType: oneOf('None', 'Gzip'),
  'DataSource.S3DataSource.S3DataType': oneOf('ManifestFile', 'S3Prefix', 'AugmentedManifestFile'),
  'DataSource.S3DataSource.S3Uri': S3_URI,
  'DataSource.S3DataSource.S3DataDistributionType': oneOf('FullyReplicated', 'ShardedByS3Key'),
};

function check(path: string, value: unknown, { holds, isOptional }: Rule): void {
  if (value === undefined ? !isOptional : !holds(value)) throw invalid(`${path} is ${JSON.stringify(value)}`);
}

const at = (fields: Fields, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], fields);

/** Paths of all leaves, lists and hyperparameters taken whole. */
const pathsOf = (fields: Fields, before = ''): string[] =>
  Object.entries(fields).flatMap(([name, value]) => {
    const path = before + name;
    const isInner = typeof value === 'object' && value !== null && !Array.isArray(value) && path !== 'HyperParameters';
    return isInner ? pathsOf(value as Fields, `${path}.`) : [path];
  });

const isKnown = (path: string) => path in RULES;

const invalid = (message: string) => new AwsRefusal(400, 'ValidationException', message);
