import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paginateListStackResources, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { paginateListEventSourceMappings, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import type { PredictorKind } from '../../functions/contract/environment.ts';
import type { StageName } from '../../functions/contract/stages.ts';
import { cloudFormation, lambda, ROOT } from './clients.ts';
import { mustRunNode } from './run-program.ts';

export interface Deployed {
  /** Name of the pipeline's stack. */
  stack: string;
  instanceId: string;
  studies: string;
  work: string;
  queueUrls: Record<StageName, string>;
  deadLetterUrls: Record<StageName, string>;
  bus: string;
  watchFunction: string;
  /** Physical name of the only resource of a type whose logical id begins so. */
  resource(type: string, logicalId: string): Promise<string>;
  destroy(): Promise<void>;
}

const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
/** The table's concurrency is meant for AWS: here all Lambdas share the cores of this machine. 2 is the least. */
const LAMBDAS_A_STAGE = 2;

/**
 * The real stack, synthesised as for AWS and deployed by the CDK CLI: the pipeline alone, SageMaker is stood in for.
 * @param more context
 */
export async function deploy(
  instanceId: string,
  predictor: PredictorKind,
  more: Readonly<Record<string, string>> = {},
): Promise<Deployed> {
  const stack = `${instanceId.charAt(0).toUpperCase()}${instanceId.slice(1)}Pipeline`;
  const folder = join(ROOT, 'build/test-aws', instanceId);
  await mkdir(folder, { recursive: true });
  const outputsFile = join(folder, 'outputs.json');
  const asked = Object.entries({ instanceId, predictor, ...more });
  const context = asked.flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const how = ['--require-approval', 'never', '--exclusively', '--no-notices', '--ci'];
  const files = ['--output', join(folder, 'cdk.out'), '--outputs-file', outputsFile];
  const said = await mustRunNode([CDK, 'deploy', stack, ...context, ...how, ...files], { cwd: ROOT });
  await writeFile(join(folder, 'deploy.log'), said);
  const outputs = (JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>)[stack];
  const queueUrls = JSON.parse(outputs.QueueUrls) as Deployed['queueUrls'];
  await calm(Object.values(queueUrls));
  return {
    stack,
    instanceId,
    studies: outputs.StudiesBucket,
    work: outputs.WorkBucket,
    queueUrls,
    deadLetterUrls: JSON.parse(outputs.DeadLetterUrls) as Deployed['deadLetterUrls'],
    bus: outputs.EventBus,
    watchFunction: outputs.WatchFunction,
    resource: (type, logicalId) => resourceOf(stack, type, logicalId),
    async destroy() {
      const app = ['--app', join(folder, 'cdk.out')];
      await mustRunNode([CDK, 'destroy', stack, '--force', '--exclusively', '--no-notices', ...app], { cwd: ROOT });
    },
  };
}

async function calm(queueUrls: readonly string[]): Promise<void> {
  const names = new Set(queueUrls.map((url) => url.split('/').at(-1)));
  for await (const page of paginateListEventSourceMappings({ client: lambda }, {}))
    for (const { UUID, EventSourceArn } of page.EventSourceMappings ?? [])
      if (names.has(EventSourceArn?.split(':').at(-1)))
        await lambda.send(
          new UpdateEventSourceMappingCommand({ UUID, ScalingConfig: { MaximumConcurrency: LAMBDAS_A_STAGE } }),
        );
}

async function resourceOf(stack: string, type: string, logicalId: string): Promise<string> {
  const found: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName: stack }))
    for (const resource of page.StackResourceSummaries ?? [])
      if (resource.ResourceType === type && resource.LogicalResourceId?.startsWith(logicalId)) found.push(resource);
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} begin with ${logicalId}`);
  return found[0].PhysicalResourceId!;
}
