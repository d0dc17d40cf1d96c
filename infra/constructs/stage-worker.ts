import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { STAGES, type StageName } from '../../functions/contract/stages.ts';
import { onReceiving, type Statement } from '../statements.ts';
import { HandlerFunction } from './handler-function.ts';
import { environmentOf, type House, statementsOf } from './house.ts';
import { onEndpoints } from './on-endpoints.ts';

/** A stage at work: its Lambda, fed by its queue, as many at once and as many messages each as the table says. */
export class StageWorker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { name, house }: { name: StageName; house: House }) {
    super(scope, id);
    const stage = STAGES[name];
    const queue = house.queues[name];
    const { function: worker } = new HandlerFunction(this, 'Worker', {
      description: `Neurotile: ${name}`,
      codeFolder: house.codeFolder(name),
      memoryMb: stage.memoryMb,
      timeoutSeconds: stage.timeoutSeconds,
      environment: environmentOf(house),
      statements: [...statementsOf(name, house), onReceiving(queue), ...ownStatements(name, house)],
      key: house.keys.data,
    });
    this.function = worker;
    new EventSourceMapping(this, 'Source', {
      target: worker,
      eventSourceArn: queue.queueArn,
      batchSize: stage.batchSize,
      maxConcurrency: stage.concurrency,
      // One bad record never drops its neighbours.
      reportBatchItemFailures: true,
    });
  }
}

/** `infer` alone talks to endpoints. */
const ownStatements = (name: StageName, { settings }: House): Statement[] =>
  name === 'infer' ? onEndpoints(settings) : [];
