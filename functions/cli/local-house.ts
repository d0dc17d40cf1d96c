import { join } from 'node:path';
import { createElastixRegistrar } from '../adapters/elastix/elastix-registrar.ts';
import { createFolderEvents, createStudyHasher } from '../adapters/folder-events.ts';
import { createFolderStore } from '../adapters/folder-store.ts';
import { createHttpPredictor } from '../adapters/http-predictor.ts';
import { type ModelServer, startModelServer } from '../adapters/model-server.ts';
import { createNodeCodec } from '../adapters/node-codec.ts';
import { createRecent } from '../adapters/recent.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { viewerScript } from '../adapters/viewer-script.ts';
import { SEQUENCES } from '../contract/model.ts';
import type { LogEvent } from '../pipeline/ports.ts';
import type { LocalParts } from './local-runner.ts';

/** Everything but the queue, on this machine: a folder as both buckets, elastix in threads, the model container's server. */
export interface LocalHouse {
  base: LocalParts;
  /** Each starts what takes a while to start, so that it is ready when it is needed. */
  warmUpRegistrar(): void;
  warmUpServer(): void;
  close(): Promise<void>;
}

export interface LocalHouseOptions {
  /** Where objects are kept between runs. */
  stateFolder: string;
  modelFolder: string;
  threads: number;
  log(event: LogEvent): void;
}

/** Where a house keeps its two buckets. */
export const bucketFolder = (stateFolder: string, bucket: 'studies' | 'work') => join(stateFolder, bucket);

export function openLocalHouse({ stateFolder, modelFolder, threads, log }: LocalHouseOptions): LocalHouse {
  const recent = createRecent(2 * SEQUENCES.length + 1); // as they came, registered, and what the model sees of them
  const registrar = createElastixRegistrar({ workers: threads });
  let server: Promise<ModelServer> | undefined;
  let closing: Promise<void> | undefined;
  const close = async () => {
    await registrar.close();
    await (await server)?.stop();
  };
  const started = () => {
    server ??= startModelServer({ modelsFolder: modelFolder, threads });
    return server;
  };

  return {
    base: {
      studies: createFolderStore(bucketFolder(stateFolder, 'studies')),
      work: createFolderStore(bucketFolder(stateFolder, 'work')),
      registrar,
      predictorOn: (work) => ({
        async predict(request) {
          const { url, ready } = await started();
          await ready;
          return createHttpPredictor({ url, work }).predict(request);
        },
      }),
      codec: createNodeCodec(),
      clock: systemClock,
      events: createFolderEvents(join(stateFolder, 'events')),
      hashStudy: createStudyHasher(stateFolder),
      recent,
      ahead: (name, make) => void recent(name, make).catch(() => undefined), // Who needs it hears of its failure.
      viewerScript,
      log,
    },
    warmUpRegistrar: registrar.warmUp,
    warmUpServer: () => void started().catch(() => undefined), // Who needs it hears of its failure.
    close() {
      closing ??= close();
      return closing;
    },
  };
}
