import { Aws, Duration, Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Stage } from '../../functions/contract/stages.ts';
import { TRAINING_ENVIRONMENT, type TrainingSettings } from '../../functions/contract/training.ts';
import type { InstanceMetrics } from '../instance-metrics.ts';
import { TRAINING_RIGHTS } from '../rights.ts';
import { onEvents, onKeys, onObjects, onReceiving, onSending, type Statement } from '../statements.ts';
import type { TrainingPlan } from '../training-plan.ts';
import { HandlerFunction } from './handler-function.ts';
import { environmentOf, type House } from './house.ts';
import { modelImage, TRAINING_DOCKERFILE } from './model-image.ts';
import { StageQueue } from './stage-queue.ts';
import { addTrainingAlarms } from './training-alarms.ts';
import { TrainingRole } from './training-role.ts';
import { TrainingRules } from './training-rules.ts';

interface TrainingProps {
  readonly house: House;
  readonly plan: TrainingPlan;
  readonly topic: ITopic;
  readonly metrics: InstanceMetrics;
}

/** The gate copies its studies; a few hundred megabytes pass through memory one file at a time. */
const STAGE: Stage = { batchSize: 10, concurrency: 2, timeoutSeconds: 600, maxReceives: 5, memoryMb: 3008 };
/** Many studies of a gate end together, and one look is enough for all. */
const GATHERING_SECONDS = 5;
/** With spot instances: the time that a job may wait, beside the time that it may run. */
const SPOT_WAIT_HOURS = 24;

/** datasets/<name>/dataset.json -> a training job -> a pending model -> the gate -> in service. */
export class Training extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { house, plan, topic, metrics }: TrainingProps) {
    super(scope, id);
    const { settings, keys, buckets, bus } = house;
    const image = modelImage(this, plan.image, TRAINING_DOCKERFILE);
    const { role } = new TrainingRole(this, 'Job', { house, image, instanceType: plan.instanceType });
    const { queue, deadLetters } = new StageQueue(this, 'Tasks', { stage: STAGE, key: keys.messages });
    const told: TrainingSettings = {
      image: image.uri,
      roleArn: role.roleArn,
      instanceType: plan.instanceType,
      volumeGb: plan.volumeGb,
      maxRunSeconds: 3600 * plan.maxHours,
      maxWaitSeconds: plan.isSpot ? 3600 * (plan.maxHours + SPOT_WAIT_HOURS) : undefined,
      kmsKeyArn: keys.data.keyArn,
      gateDataset: plan.gateDataset,
      gateRule: plan.gateRule,
    };
    const { function: worker } = new HandlerFunction(this, 'Worker', {
      description: 'Neurotile: training jobs, pending models, the gate',
      codeFolder: house.codeFolder('training'),
      memoryMb: STAGE.memoryMb,
      timeoutSeconds: STAGE.timeoutSeconds,
      environment: {
        ...environmentOf(house),
        [TRAINING_ENVIRONMENT.settings]: Stack.of(this).toJsonString(told),
        [TRAINING_ENVIRONMENT.queueUrl]: queue.queueUrl,
      },
      statements: [
        ...onObjects(TRAINING_RIGHTS, buckets),
        onSending([house.queues.ingest, queue]),
        onReceiving(queue),
        onKeys(keys),
        onEvents(bus),
        ...onSageMaker(house, role.roleArn),
      ],
      key: keys.data,
    });
    this.function = worker;
    new EventSourceMapping(this, 'Source', {
      target: worker,
      eventSourceArn: queue.queueArn,
      batchSize: STAGE.batchSize,
      maxBatchingWindow: Duration.seconds(GATHERING_SECONDS),
      maxConcurrency: STAGE.concurrency,
      reportBatchItemFailures: true,
    });
    new TrainingRules(this, 'Rules', {
      queue,
      studies: buckets.studies,
      bus,
      instanceId: settings.instanceId,
      hasEndpoints: settings.predictor !== 'lambda',
    });
    addTrainingAlarms(this, { topic, deadLetters, worker, metrics });
  }
}

function onSageMaker({ settings: { instanceId, predictor } }: House, roleArn: string): Statement[] {
  const arn = (kind: string) =>
    `arn:${Aws.PARTITION}:sagemaker:${Aws.REGION}:${Aws.ACCOUNT_ID}:${kind}/${instanceId}-*`;
  const jobs: Statement[] = [
    {
      actions: ['sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob'],
      resources: [arn('training-job')],
      why: 'training jobs of this instance: their names are made of what they train on',
    },
    {
      actions: ['iam:PassRole'],
      resources: [roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      why: 'the role that a job works under, to SageMaker alone',
    },
  ];
  if (predictor === 'lambda') return jobs;
  const look: Statement = {
    actions: ['sagemaker:DescribeEndpoint'],
    resources: [arn('endpoint')],
    why: 'whether a model that is pending has its endpoint yet',
  };
  return [...jobs, look];
}
