import { Duration, Stack } from 'aws-cdk-lib';
import {
  type EventPattern,
  type IEventBus,
  type IRuleTarget,
  Rule,
  RuleTargetInput,
  Schedule,
} from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../functions/contract/environment.ts';
import { GATE_STUDIES } from '../../functions/contract/training.ts';

interface TrainingRulesProps {
  readonly queue: Queue;
  readonly studies: Bucket;
  readonly bus: IEventBus;
  /** Jobs and endpoints of this instance begin so. */
  readonly instanceId: string;
  readonly hasEndpoints: boolean;
}

/** An event may be lost: SageMaker's are sent at best effort. */
const LOOK_EVERY = Duration.hours(1);

/** What the training queue is told of. */
export class TrainingRules extends Construct {
  constructor(scope: Construct, id: string, { queue, studies, bus, instanceId, hasEndpoints }: TrainingRulesProps) {
    super(scope, id);
    const own = [{ prefix: `${instanceId}-` }];
    const tell = (name: string, description: string, eventPattern: EventPattern, eventBus?: IEventBus) =>
      new Rule(this, name, {
        description: `Neurotile: ${description}`,
        eventPattern,
        eventBus,
        targets: [into(queue)],
      });

    tell('Datasets', 'a dataset was uploaded', {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [studies.bucketName] }, object: { key: [{ suffix: '/dataset.json' }] } },
    });
    tell('Jobs', 'a training job ended', {
      source: ['aws.sagemaker'],
      detailType: ['SageMaker Training Job State Change'],
      detail: { TrainingJobName: own, TrainingJobStatus: ['Completed', 'Failed', 'Stopped'] },
    });
    const gates = [{ prefix: `results/${GATE_STUDIES}` }];
    tell('GateStudies', 'a study of the gate ended', { source: [EVENT_SOURCE], detail: { key: gates } }, bus);
    if (hasEndpoints)
      tell('Endpoints', 'an endpoint serves', {
        source: ['aws.sagemaker'],
        detailType: ['SageMaker Endpoint State Change'],
        detail: { EndpointName: own, EndpointStatus: ['IN_SERVICE'] },
      });
    new Rule(this, 'Round', {
      description: 'Neurotile: looks for jobs and models whose events were lost',
      schedule: Schedule.rate(LOOK_EVERY),
      targets: [into(queue, RuleTargetInput.fromObject({ v: 1, task: 'look' }))],
    });
    letRulesSend(queue);
  }
}

/** Not CDK's own target, which writes the rule into the key that encrypts the queue: a circle. */
const into = (queue: Queue, input?: RuleTargetInput): IRuleTarget => ({
  bind: () => ({ arn: queue.queueArn, input, targetResource: queue }),
});

/** Rules of this stack, by how CloudFormation begins their names. */
function letRulesSend(queue: Queue): void {
  const { partition, account, region, stackName } = Stack.of(queue);
  const rules = `arn:${partition}:events:${region}:${account}:rule`;
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'RulesOfThisStack',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': [`${rules}/${stackName}-*`, `${rules}/${stackName}/*`] } },
    }),
  );
}
