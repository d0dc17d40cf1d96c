import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** An asynchronous endpoint that fails on a tile says so here, and the word goes back to `infer`, as it was said. */
export class EndpointErrors extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { key, queue }: { key: IKey; queue: Queue }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'EndpointErrors',
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': this.topic.topicArn } },
      }),
    );
    // Not CDK's own way, which writes the topic into the key that encrypts it: a circle.
    const subscription = new Subscription(this, 'ToInfer', {
      topic: this.topic,
      protocol: SubscriptionProtocol.SQS,
      endpoint: queue.queueArn,
      rawMessageDelivery: true,
    });
    subscription.node.addDependency(queue.node.findChild('Policy'));
  }
}
