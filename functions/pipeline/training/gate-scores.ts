import type { Manifest, Metrics } from '../../contract/documents.ts';
import { errorKey, manifestKey, resultsPrefix } from '../../contract/keys.ts';
import { PIPELINE_VERSION } from '../../contract/pipeline-version.ts';
import { getJson } from '../json.ts';
import { parseResult, parseStudyError } from '../parse-ending.ts';
import type { Scores } from './judge.ts';
import type { TrainingPorts } from './ports.ts';

/** How a run ended: with scores, without (`failed`), or not yet. */
export type RunScores = { state: 'scored'; scores: Scores } | { state: 'failed' } | { state: 'missing' };

/** What one model made of a gate's study, in the result that this version of the pipeline wrote. */
export async function scoresOf(study: string, digest: string, ports: TrainingPorts): Promise<RunScores> {
  const { studies } = ports;
  const keys = (await studies.list(resultsPrefix(study))).map(({ key }) => key);
  for (const key of keys.filter((k) => k.endsWith('/result.json'))) {
    const stored = await studies.get(key);
    const result = stored && parseResult(stored.bytes);
    if (result?.modelDigest !== digest || result.pipelineVersion !== PIPELINE_VERSION) continue;
    const metrics = await getJson<Metrics>(studies, result.artefacts['metrics.json'].key);
    return metrics?.reference ? { state: 'scored', scores: metrics.reference.scores } : { state: 'failed' };
  }
  return keys.includes(errorKey(study)) && (await hasFailed(study, digest, ports))
    ? { state: 'failed' }
    : { state: 'missing' };
}

/** A study has one error for all its runs: the run that it names tells under which model; none, that no model would do. */
async function hasFailed(study: string, digest: string, { studies, work }: TrainingPorts): Promise<boolean> {
  const stored = await studies.get(errorKey(study));
  const error = stored && parseStudyError(stored.bytes);
  if (!error) return false;
  if (error.run === undefined) return true;
  const manifest = await getJson<Manifest>(work, manifestKey(error.run));
  return manifest?.model.digest === digest;
}
