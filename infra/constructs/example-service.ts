import { type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../functions/contract/environment.ts';
import { inRoot } from '../root.ts';
import { HandlerFunction } from './handler-function.ts';

/** How another service acts on what we tell: a rule on the bus, and here a Lambda that writes one line a study. */
export class ExampleService extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { bus, key }: { bus: IEventBus; key: IKey }) {
    super(scope, id);
    const { function: service } = new HandlerFunction(this, 'Service', {
      description: 'Neurotile: example of a service that follows on',
      codeFolder: inRoot('infra/example-service'),
      memoryMb: 128,
      timeoutSeconds: 10,
      environment: {},
      statements: [],
      key,
    });
    this.function = service;
    new Rule(this, 'StudyCompleted', {
      description: 'Neurotile: starts the service that follows on',
      eventBus: bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: ['Study Completed'] },
      targets: [new LambdaTarget(service)],
    });
  }
}
