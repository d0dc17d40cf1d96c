import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeRuleCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type DatasetStanding,
  datasetStandingKey,
  type GateVerdict,
  gateVerdictKey,
  TRAINING_EVENT_SOURCE,
} from '../../functions/contract/training.ts';
import { filesOf, makeSmallStudy } from '../helpers/small-study.ts';
import { tempFolders } from '../helpers/temp-folder.ts';
import { writeTinyVariant } from '../helpers/tiny-variant.ts';
import { events, ROOT, s3 } from './clients.ts';
import { collectEvents, type HeardEvent } from './collect-events.ts';
import { type Deployed, deploy } from './deploy.ts';
import { neurotile, neurotileOutcome } from './laptop.ts';
import { jsonOf, keysUnder } from './objects.ts';
import { depthOf, depthsOf, sendBody } from './queues.ts';
import { type ControlStandIn, startControlStandIn } from './sagemaker-control-stand-in.ts';
import { timed, waitFor } from './wait-for.ts';

const TINY = join(ROOT, 'test/fixtures/tiny-model-3d');
const IMAGE = '000000000000.dkr.ecr.us-east-1.amazonaws.com/neurotile-training:1';
const ITEMS = ['v1', 'v2', 'v3', 'v4', 'v5'];

/** Dice of the whole tumour on the small studies, seen on the laptop: 0.74 with the tiny model's own −6. */
const BETTER = -2; // 0.99
const WORSE = -9; // 0.37

describe('the road of training, SageMaker’s control plane stood in for', () => {
  const tempFolder = tempFolders();
  let control: ControlStandIn;
  let deployed: Deployed;
  let queueUrl: string;
  let heard: () => Promise<readonly HeardEvent[]>;

  beforeAll(async () => {
    const { port } = new URL(process.env.AWS_ENDPOINT_URL_SAGEMAKER!);
    control = await startControlStandIn({ port: Number(port) });
    deployed = await timed('cdk deploy', () => deploy('train', 'lambda', { training: 'true', trainingImage: IMAGE }));
    queueUrl = await deployed.resource('AWS::SQS::Queue', 'TrainingTasksQueue');
    heard = await collectEvents(deployed, TRAINING_EVENT_SOURCE);
    await neurotile('model', 'use', TINY, '--stack', deployed.stack);
  });
  afterAll(async () => {
    await deployed?.destroy();
    await control?.close();
  });

  const put = (Key: string, Body: Uint8Array | string) =>
    s3.send(new PutObjectCommand({ Bucket: deployed.studies, Key, Body }));
  const current = async () => (await jsonOf<{ digest: string }>(deployed.studies, 'models/current.json')).digest;
  const standing = (dataset: string) => jsonOf<DatasetStanding>(deployed.studies, datasetStandingKey(dataset));
  const stands = (dataset: string, state: DatasetStanding['state']) =>
    waitFor(`${dataset}: ${state}`, async () => {
      const keys = await keysUnder(deployed.studies, datasetStandingKey(dataset));
      return keys.length > 0 && (await standing(dataset)).state === state;
    });

  async function uploadFiles(): Promise<void> {
    for (const [n, name] of ['t1', ...ITEMS].entries())
      for (const [file, bytes] of filesOf(makeSmallStudy(60 + n))) await put(`datasets/site/${name}/${file}`, bytes);
  }

  async function uploadDataset(hyperparameters: Record<string, string>): Promise<void> {
    const item = (name: string) => ({
      name,
      image: ['t1', 't1ce', 't2', 'flair'].map((s) => `${name}/x_${s}.nii`),
      label: `${name}/x_seg.nii`,
    });
    const modality = { 0: 'T1', 1: 'T1ce', 2: 'T2', 3: 'FLAIR' };
    const said = {
      modality,
      labelTable: 'brats',
      training: [item('t1')],
      validation: ITEMS.map(item),
      hyperparameters,
    };
    await put('datasets/site/dataset.json', JSON.stringify(said));
  }

  /** As AWS's own services say it and the rules hand it on: nobody else may use their names on the bus. */
  async function hear(source: string, type: string, detail: Record<string, unknown>, pattern: string): Promise<void> {
    const event = { version: '0', id: randomUUID(), source, account: '000000000000', time: new Date().toISOString() };
    const whole = JSON.stringify({ ...event, region: 'us-east-1', resources: [], 'detail-type': type, detail });
    const Name = await deployed.resource('AWS::Events::Rule', pattern);
    const { EventPattern } = await events.send(new DescribeRuleCommand({ Name: Name.split('/').at(-1) }));
    const { Result } = await events.send(new TestEventPatternCommand({ EventPattern, Event: whole }));
    expect([type, Result]).toEqual([type, true]);
    await sendBody(queueUrl, whole);
  }
  const tellJob = (TrainingJobName: string, TrainingJobStatus: string) => {
    const job = { TrainingJobName, TrainingJobStatus, SecondaryStatus: TrainingJobStatus };
    return hear('aws.sagemaker', 'SageMaker Training Job State Change', job, 'TrainingRulesJobs');
  };

  const jobs = () => control.created.map(({ TrainingJobName }) => String(TrainingJobName));
  const nextJob = (n: number) => waitFor(`job ${n}`, async () => jobs()[n - 1]);

  /** The job ends with a model, which lies where SageMaker puts it; its word comes before that, and then twice. */
  async function endJob(job: string, flairBias: number, name: string): Promise<string> {
    const folder = join(await tempFolder(), name);
    const digest = await writeTinyVariant(folder, flairBias, name);
    await tellJob(job, 'Completed');
    const prefix = control.complete(job).replace(`s3://${deployed.studies}/`, '');
    for (const file of ['models/model.onnx', 'configs/metadata.json'])
      await put(prefix + file, readFileSync(join(folder, file)));
    await tellJob(job, 'Completed');
    await tellJob(job, 'Completed');
    return digest;
  }

  test('a dataset is uploaded: one job is asked for, with all that it may and may not', async () => {
    await uploadFiles();
    await uploadDataset({ rank: '3' });
    const job = await nextJob(1);
    // The same word again starts no second one.
    const detail = { bucket: { name: deployed.studies }, object: { key: 'datasets/site/dataset.json' } };
    await hear('aws.s3', 'Object Created', detail, 'TrainingRulesDatasets');
    await stands('site', 'training');
    expect(job).toMatch(/^train-[0-9a-f]{16}-[0-9a-f]{8}$/);
    expect(control.created).toEqual([
      {
        TrainingJobName: job,
        AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
        RoleArn: expect.stringMatching(/^arn:aws:iam::000000000000:role\/.*Training/),
        HyperParameters: { rank: '3' },
        InputDataConfig: [
          {
            ChannelName: 'training',
            DataSource: {
              S3DataSource: {
                S3DataType: 'S3Prefix',
                S3Uri: `s3://${deployed.studies}/datasets/site/`,
                S3DataDistributionType: 'FullyReplicated',
              },
            },
            InputMode: 'File',
            CompressionType: 'None',
          },
        ],
        OutputDataConfig: {
          S3OutputPath: `s3://${deployed.studies}/training/jobs`,
          CompressionType: 'NONE',
          KmsKeyId: expect.stringMatching(/^arn:aws:kms:us-east-1:000000000000:key\//),
        },
        CheckpointConfig: { S3Uri: `s3://${deployed.work}/checkpoints/${job}/`, LocalPath: '/opt/ml/checkpoints' },
        ResourceConfig: { InstanceType: 'ml.g5.xlarge', InstanceCount: 1, VolumeSizeInGB: 50 },
        StoppingCondition: { MaxRuntimeInSeconds: 24 * 3600, MaxWaitTimeInSeconds: 48 * 3600 },
        EnableManagedSpotTraining: true,
        EnableNetworkIsolation: true,
      },
    ]);
  }, 300_000);

  test('the job ends, its model is pending, the gate compares it on five studies and passes it: it is better', async () => {
    const before = await current();
    const digest = await endJob(await nextJob(1), BETTER, 'better');
    await timed('ten runs through the gate', () =>
      waitFor('the promotion', async () => (await current()) === digest, { seconds: 280 }),
    );
    const verdict = await jsonOf<GateVerdict>(deployed.studies, gateVerdictKey(digest, before));
    expect(verdict).toMatchObject({ verdict: 'passed', isBetter: true, leftOut: [], unscored: [] });
    expect(verdict.regions.WT.dice).toMatchObject({
      n: 5,
      before: expect.closeTo(0.735, 2),
      after: expect.closeTo(0.988, 2),
    });
    expect(jobs()).toHaveLength(1);
  }, 300_000);

  test('another job ends with a worse one: the gate refuses it, and the better one stays', async () => {
    const before = await current();
    await uploadDataset({ rank: '2' });
    const digest = await endJob(await nextJob(2), WORSE, 'worse');
    const key = gateVerdictKey(digest, before);
    await timed('five more runs', () =>
      waitFor('the verdict', async () => (await keysUnder(deployed.studies, key)).length > 0, { seconds: 280 }),
    );
    expect(await jsonOf<GateVerdict>(deployed.studies, key)).toMatchObject({
      verdict: 'refused',
      reasons: [expect.stringContaining('the Dice may fall by 0.6'), expect.stringContaining('HD95 may grow')],
    });
    expect(await current()).toBe(before);

    const { status, output } = await neurotileOutcome(
      'model',
      'promote',
      digest.slice(0, 12),
      '--stack',
      deployed.stack,
    );
    expect([status, output]).toEqual([2, expect.stringContaining('GATE')]);
    const versions = await neurotile('model', 'versions', '--stack', deployed.stack);
    expect(versions).toMatch(
      new RegExp(`${digest.slice(0, 12)} +refused +site +${before.slice(0, 12)} +5 +0.988 -> 0.37`),
    );
    expect(versions).toMatch(new RegExp(`${before.slice(0, 12)} +in service +site`));
  }, 300_000);

  test('rollback is one command', async () => {
    await neurotile('model', 'rollback', '--stack', deployed.stack);
    const { neurotile: tiny } = JSON.parse(readFileSync(join(TINY, 'configs/metadata.json'), 'utf8'));
    expect(await current()).toBe(tiny.digest);
  }, 60_000);

  test('a job that fails, and a dataset that is broken, say so by a code at a stated place', async () => {
    await uploadDataset({ rank: '4' });
    const job = await nextJob(3);
    control.fail(job, 'AlgorithmError: ValueError: rank is 4; 2 and 3 are known, exit code: 1');
    await tellJob(job, 'Failed');
    await stands('site', 'failed');
    expect(await standing('site')).toMatchObject({
      code: 'TRAINING_JOB',
      message: expect.stringContaining('rank is 4'),
      job,
    });

    await put('datasets/broken/dataset.json', '{"training": []}');
    await stands('broken', 'refused');
    expect(await standing('broken')).toMatchObject({
      code: 'DATASET',
      message: expect.stringContaining('training items'),
    });
  }, 120_000);

  test('all of it was told, each under one id, and nothing was given up on', async () => {
    const wanted = [
      'Model Promoted',
      'Model Refused',
      'Model Registered',
      'Model Registered',
      'Training Failed',
      'Training Refused',
    ];
    const told = async () =>
      [...new Map((await heard()).map((event) => [event.detail.id, event['detail-type']])).values()].sort();
    await waitFor('the events', async () => (await told()).length >= wanted.length);
    expect(await told()).toEqual(wanted);
    expect(JSON.stringify(await heard())).not.toContain('rank is 4');
    const letters = await deployed.resource('AWS::SQS::Queue', 'TrainingTasksDeadLetters');
    expect([await depthOf(letters), await depthsOf(deployed.deadLetterUrls)]).toEqual([0, {}]);
  }, 120_000);
});
