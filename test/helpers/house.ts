import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHttpPredictor } from '../../functions/adapters/http-predictor.ts';
import { createNodeCodec } from '../../functions/adapters/node-codec.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import type { LocalParts } from '../../functions/cli/local-runner.ts';
import { type ModelBundle, useModel } from '../../functions/cli/models.ts';
import type { LogEvent, ObjectStore, Registrar, StudyEvent } from '../../functions/pipeline/ports.ts';

export const TINY_MODEL = fileURLToPath(new URL('../fixtures/tiny-model-3d', import.meta.url));

export async function bundleOf(folder: string): Promise<ModelBundle> {
  const text = await readFile(join(folder, 'configs', 'metadata.json'), 'utf8');
  return { folder, metadata: JSON.parse(text) };
}

export interface TestHouseOptions {
  studies: ObjectStore;
  work: ObjectStore;
  /** Of a model server that runs. */
  url: string;
  registrar: Registrar;
  log?(event: LogEvent): void;
}

/** The real parts on stores of the test's own: only the viewer's script is left out, and events are kept. */
export function makeParts({
  studies,
  work,
  url,
  registrar,
  log = () => {},
}: TestHouseOptions): LocalParts & { told: StudyEvent[] } {
  const told: StudyEvent[] = [];
  return {
    studies,
    work,
    registrar,
    predictorOn: (store) => createHttpPredictor({ url, work: store }),
    codec: createNodeCodec(),
    clock: systemClock,
    events: { publish: async (event) => void told.push(event) },
    hashStudy: async (study) => Buffer.from(study).toString('hex'),
    recent: (_, make) => make(),
    ahead() {},
    viewerScript: async () => '/* no viewer */',
    log,
    told,
  };
}

/** Makes the tiny model the current one. */
export async function useTinyModel(studies: ObjectStore, folder = TINY_MODEL): Promise<void> {
  await useModel(await bundleOf(folder), studies);
}
