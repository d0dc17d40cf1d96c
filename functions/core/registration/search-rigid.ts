import type { Vec3 } from '../volume/volume.ts';
import { type RigidParameters, rigidMatrix } from './rigid-parameters.ts';
import type { Similarity } from './similarity.ts';

/** A turn counts as the way it moves a point this far from the centre: about a brain's outer half. */
export const ARM_MM = 60;

export interface Pose {
  parameters: RigidParameters;
  similarity: number;
}

/**
 * The nearest best pose, by pattern search (Hooke & Jeeves, Journal of the ACM 1961): each parameter is tried one step
 * up and down, a sweep that gained is tried once more as a whole, a sweep that did not halves the step.
 * @param steps first and last step in mm; turns step by as much at 60 mm from the centre
 */
export function searchRigid(
  similarity: Similarity,
  start: Pose,
  centre: Vec3,
  { firstMm, lastMm }: { firstMm: number; lastMm: number },
): Pose {
  const judge = (parameters: RigidParameters): Pose => ({
    parameters,
    similarity: similarity(rigidMatrix(parameters, centre)),
  });
  let best = start;
  for (let stepMm = firstMm; stepMm >= lastMm; stepMm /= 2)
    for (let sweep = 0; sweep < 50; sweep++) {
      const swept = sweepAxes(best, stepMm, judge);
      if (swept.similarity <= best.similarity) break;
      const leap = judge(add(swept.parameters, best.parameters));
      best = leap.similarity > swept.similarity ? leap : swept;
    }
  return best;
}

function sweepAxes(from: Pose, stepMm: number, judge: (parameters: RigidParameters) => Pose): Pose {
  let best = from;
  for (let axis = 0; axis < 6; axis++) {
    const step = axis < 3 ? stepMm / ARM_MM : stepMm;
    const up = judge(stepped(best.parameters, axis, step));
    const tried = up.similarity > best.similarity ? up : judge(stepped(best.parameters, axis, -step));
    if (tried.similarity > best.similarity) best = tried;
  }
  return best;
}

export function stepped(parameters: RigidParameters, axis: number, step: number): RigidParameters {
  return parameters.map((value, n) => (n === axis ? value + step : value)) as unknown as RigidParameters;
}

/** As far again: a + (a - b). */
function add(a: RigidParameters, b: RigidParameters): RigidParameters {
  return a.map((value, n) => 2 * value - b[n]) as unknown as RigidParameters;
}
