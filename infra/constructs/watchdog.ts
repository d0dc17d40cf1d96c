import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../functions/contract/environment.ts';
import { STAGE_NAMES, WATCH } from '../../functions/contract/stages.ts';
import { onPeeking } from '../statements.ts';
import { HandlerFunction } from './handler-function.ts';
import { environmentOf, type House, statementsOf, urlsOf } from './house.ts';

const MEMORY_MB = 512;

/** Looks on a schedule for what stands still, whatever event was lost, and at the dead letters. */
export class Watchdog extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { house }: { house: House }) {
    super(scope, id);
    const letters = STAGE_NAMES.map((stage) => house.deadLetters[stage]);
    const { function: watch } = new HandlerFunction(this, 'Watch', {
      description: 'Neurotile: moves or fails runs that stand still',
      codeFolder: house.codeFolder('watch'),
      memoryMb: MEMORY_MB,
      // It has ended when the next one starts.
      timeoutSeconds: WATCH.everySeconds - 15,
      environment: { ...environmentOf(house), [ENVIRONMENT.deadLetterUrls]: urlsOf(house.deadLetters) },
      statements: [...statementsOf('watch', house), onPeeking(letters)],
      key: house.keys.data,
    });
    this.function = watch;
    new Rule(this, 'Schedule', {
      description: 'Neurotile: the watchdog goes round',
      schedule: Schedule.rate(Duration.seconds(WATCH.everySeconds)),
      targets: [new LambdaTarget(watch)],
    });
  }
}
