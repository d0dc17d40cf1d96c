import { Stack } from 'aws-cdk-lib';
import { EventField, type IEventBus, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../functions/contract/environment.ts';

interface NoticesProps {
  readonly bus: IEventBus;
  readonly key: IKey;
  readonly mail?: string;
}

/** Where alarms go, and by mail, where an address is given, the news of studies. */
export class Notices extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { bus, key, mail }: NoticesProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (mail === undefined) return;
    this.topic.addSubscription(new EmailSubscription(mail));
    new Rule(this, 'StudyNews', {
      description: 'Neurotile: tells people of every study that ended',
      eventBus: bus,
      eventPattern: { source: [EVENT_SOURCE] },
      targets: [new SnsTopic(this.topic, { message: RuleTargetInput.fromText(NEWS) })],
    });
  }
}

/** Mail is read on its way: it names neither study nor key. */
const NEWS =
  `${EventField.detailType}: run ${EventField.fromPath('$.detail.run')}, study hash ` +
  `${EventField.fromPath('$.detail.studyHash')}. "neurotile status" shows how your studies stand.`;
