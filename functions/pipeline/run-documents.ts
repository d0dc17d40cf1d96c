import type { Manifest, Plan, PredictionList, Transforms } from '../contract/documents.ts';
import { manifestKey, planKey, predictionListKey, transformsKey } from '../contract/keys.ts';
import { NeurotileError } from '../core/errors.ts';
import { getJson } from './json.ts';
import type { Ports } from './ports.ts';

/**
 * A run's manifest. Written before any message names the run.
 * @throws NeurotileError INTERNAL for a run that nobody has begun, such as a foreign message's
 */
export async function manifestOf(run: string, ports: Ports): Promise<Manifest> {
  const manifest = await getJson<Manifest>(ports.work, manifestKey(run));
  if (!manifest) throw new NeurotileError('INTERNAL', { found: `no manifest of run ${run}` });
  return manifest;
}

export const transformsOf = (run: string, ports: Ports) => getJson<Transforms>(ports.work, transformsKey(run));
export const planOf = (run: string, ports: Ports) => getJson<Plan>(ports.work, planKey(run));
export const predictionListOf = (run: string, ports: Ports) =>
  getJson<PredictionList>(ports.work, predictionListKey(run));
