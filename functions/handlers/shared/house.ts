import { createS3Client, createSqsClient } from '../../adapters/aws/clients.ts';
import { createS3Store } from '../../adapters/aws/s3-store.ts';
import { createSqsQueue, type SqsQueue } from '../../adapters/aws/sqs-queue.ts';
import { createNodeCodec } from '../../adapters/node-codec.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import type { PredictorKind } from '../../contract/environment.ts';
import type { Bucket } from '../../contract/stages.ts';
import type { Ports } from '../../pipeline/ports.ts';
import { bucketNames, urlsIn, variable } from './environment.ts';
import type { Tools } from './powertools.ts';

/** What a stage's handler works with. */
export interface House {
  ports: Ports & { queue: SqsQueue };
  bucketOf(name: string): Bucket | undefined;
}

/** Ports that only some stages need: each handler brings its own, so that its bundle holds no other's. */
export type OwnPorts = Pick<Ports, 'predictor' | 'registrar' | 'events' | 'hashStudy' | 'viewerScript'>;
export type MakeOwnPorts = (stores: Pick<Ports, 'studies' | 'work'>, tools: Tools) => Partial<OwnPorts>;

/**
 * The composition root: reads the environment, once, and joins the adapters.
 * @throws Error naming the variable that is not set
 */
export function openHouse(tools: Tools, makeOwn: MakeOwnPorts = () => ({})): House {
  const client = createS3Client();
  const stores = {
    studies: createS3Store({ client, bucket: variable('studiesBucket') }),
    work: createS3Store({ client, bucket: variable('workBucket') }),
  };
  return {
    bucketOf: bucketNames(),
    ports: {
      ...stores,
      queue: createSqsQueue({ client: createSqsClient(), urls: urlsIn('queueUrls'), nowMs: systemClock.nowMs }),
      codec: createNodeCodec(),
      clock: systemClock,
      // A warm Lambda that kept one study's volumes would lack the memory for the next one's.
      recent: (_, make) => make(),
      ahead() {},
      billedAs: variable('predictor') as PredictorKind,
      log: ({ message, ...fields }) => tools.logger.info(message, fields),
      ...ABSENT,
      ...makeOwn(stores, tools),
    },
  };
}

/** A stage that asks for what it was not given is a mistake of ours, and told as such. */
const ABSENT: OwnPorts = {
  predictor: { predict: absent('predictor') },
  registrar: { register: absent('registrar') },
  events: { publish: absent('event bus') },
  hashStudy: absent('key for hashes'),
  viewerScript: absent('viewer'),
};

function absent(what: string): () => Promise<never> {
  return async () => {
    throw new Error(`this stage was given no ${what}`);
  };
}
