import type { StageName } from '../../functions/contract/stages.ts';
import type { Random } from '../../functions/core/random.ts';
import type { Parameters } from './parameters.ts';
import type { Study } from './study.ts';

/** A message whose work lies there already is answered after a look. */
const LOOK_SECONDS = 0.1;

const isDone: Partial<Record<StageName, (study: Study) => boolean>> = {
  ingest: (study) => study.committed,
  register: (study) => study.registered,
  tile: (study) => study.tiled,
  reduce: (study) => study.committed,
};

/** How long one invocation works on these studies, one after the other; seconds. */
export function stageDuration(
  stage: Exclude<StageName, 'infer'>,
  studies: readonly Study[],
  { random, parameters: { work, spread } }: { random: Random; parameters: Parameters },
): number {
  let seconds = 0;
  for (const study of studies)
    seconds += isDone[stage]?.(study) ? LOOK_SECONDS : work[stage] * random.uniform(1 - spread, 1 + spread);
  return seconds;
}
