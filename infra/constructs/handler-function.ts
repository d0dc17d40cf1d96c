import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../rules.ts';
import { type Statement, WITHOUT_RESOURCE } from '../statements.ts';
import { Policy } from './policy.ts';

export interface HandlerFunctionProps {
  readonly description: string;
  /** Folder with index.mjs and all that it needs. */
  readonly codeFolder: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly Statement[];
  /** Encrypts the logs. */
  readonly key: IKey;
}

/** A Lambda of ours with its log, its role and the one policy that says what it may do. */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.THREE_MONTHS,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logs = {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
      why: "streams of the function's own log group",
    };
    const statements = [...props.statements, logs, WITHOUT_RESOURCE.tracing];
    const policy = new Policy(this, 'May', { role, statements });
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.X86_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.codeFolder),
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: props.environment,
      logGroup,
      // As if it were another's, so that CDK adds nothing: what a function may do stands in its policy alone.
      role: Role.fromRoleArn(this, 'FixedRole', role.roleArn, { mutable: false }),
      tracing: Tracing.ACTIVE,
      // `again` sends a fresh copy to the stage's own queue; what cannot end is ended by its deadline and the watchdog.
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    this.function.node.addDependency(policy);
    acknowledge(this.function, FUNCTION_ANSWERS);
  }
}

export const FUNCTION_ANSWERS = {
  'HIPAA.Security-LambdaConcurrency':
    'The event source bounds how many run at once. A reservation would fail in new accounts, which have 10 in all.',
  'HIPAA.Security-LambdaDLQ':
    'That letter box is for asynchronous calls. This one is called by its queue, which has dead letters of its own, ' +
    'or by the watchdog’s schedule, where the next one comes five minutes later.',
  'HIPAA.Security-LambdaInsideVPC':
    'It talks to AWS services alone, over TLS and with signed requests; a network of its own would add cost when idle.',
};
