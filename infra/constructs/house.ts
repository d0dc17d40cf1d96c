import { Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { ENVIRONMENT } from '../../functions/contract/environment.ts';
import { STAGE_NAMES } from '../../functions/contract/stages.ts';
import type { DeployedName, HandlerName } from '../handler-names.ts';
import { rightsOf } from '../rights.ts';
import type { Settings } from '../settings.ts';
import { onEvents, onHashing, onKeys, onObjects, onSending, type Queues, type Statement } from '../statements.ts';
import type { Buckets } from './buckets.ts';
import type { Keys } from './keys.ts';

/** What every Lambda of ours lives among. */
export interface House {
  readonly settings: Settings;
  readonly keys: Keys;
  readonly buckets: Buckets;
  readonly queues: Queues;
  readonly deadLetters: Queues;
  readonly bus: EventBus;
  codeFolder(name: DeployedName): string;
}

/** What every handler is told. */
export function environmentOf({ settings, buckets, queues, bus, keys }: House): Record<string, string> {
  return {
    [ENVIRONMENT.studiesBucket]: buckets.studies.bucketName,
    [ENVIRONMENT.workBucket]: buckets.work.bucketName,
    [ENVIRONMENT.queueUrls]: urlsOf(queues),
    [ENVIRONMENT.eventBus]: bus.eventBusName,
    [ENVIRONMENT.studyHashKey]: keys.studyHash.keyId,
    [ENVIRONMENT.predictor]: settings.predictor,
    [ENVIRONMENT.endpointPrefix]: settings.instanceId,
    // A dimension of every metric: two instances of one account stay apart.
    POWERTOOLS_SERVICE_NAME: settings.instanceId,
  };
}

/** What every handler may do for being the one it is. */
export function statementsOf(name: HandlerName, { settings, buckets, queues, keys, bus }: House): Statement[] {
  const rights = rightsOf(name, settings.predictor);
  const self = name === 'watch' ? [] : [name];
  const sends = STAGE_NAMES.filter((stage) => [...rights.sends, ...self].includes(stage));
  return [
    ...onObjects(rights, buckets),
    onSending(sends.map((stage) => queues[stage])),
    onKeys(keys),
    ...(rights.hashes ? [onHashing(keys)] : []),
    ...(name === 'announce' ? [onEvents(bus)] : []),
  ];
}

/** Stage name -> URL, as JSON. */
export function urlsOf(queues: Queues): string {
  const urls = Object.fromEntries(STAGE_NAMES.map((stage) => [stage, queues[stage].queueUrl]));
  return Stack.of(queues.ingest).toJsonString(urls);
}
