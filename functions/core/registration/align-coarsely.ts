import type { Affine, Vec3, Volume } from '../volume/volume.ts';
import { centreOfForeground, cropToForeground } from './foreground.ts';
import { type RigidParameters, rigidMatrix } from './rigid-parameters.ts';
import { type Pose, searchRigid } from './search-rigid.ts';
import { shrink } from './shrink.ts';
import { createSimilarity } from './similarity.ts';

/** Spacing of the images searched. */
export const COARSE_MM = 4;
/** Background kept around the tissue, so that its outline counts. */
const MARGIN_MM = 8;
/** Turns tried about each axis, radians: heads lie up to some 30° off. */
const TURNS = [-0.4, -0.2, 0, 0.2, 0.4];
/** How many of the starts are followed. */
const FOLLOWED = 4;

/**
 * A rigid map of fixed to moving world points (RAS mm) good to about a millimetre: the start that elastix refines.
 *
 * Neither "the headers are right" nor "centre on centre" is safe alone: a head that moved breaks the first, a skull or
 * another field of view the second. So both are tried, turned by up to 23° about each axis, on every 8 mm; the best
 * four are followed down, and the best of those to half a millimetre on every 4 mm.
 */
export function alignCoarsely(fixed: Volume, moving: Volume): Affine {
  const coarse = shrink(fixed, COARSE_MM);
  const cropped = cropToForeground(coarse, coarse, MARGIN_MM);
  const target = shrink(moving, COARSE_MM);
  const centre = centreOfForeground(cropped);
  const thin = createSimilarity(cropped, target, 2);
  const full = createSimilarity(cropped, target);
  const followed = bestStarts(startsOf(centre, centreOfForeground(target)), thin, centre)
    .map((start) => searchRigid(thin, start, centre, { firstMm: 8, lastMm: 2 }))
    .map(({ parameters }) => ({ parameters, similarity: full(rigidMatrix(parameters, centre)) }));
  const best = followed.reduce((a, b) => (b.similarity > a.similarity ? b : a));
  return rigidMatrix(searchRigid(full, best, centre, { firstMm: 2, lastMm: 0.5 }).parameters, centre);
}

/** The headers' word and centre on centre, each with every turn. */
function startsOf(centre: Vec3, movingCentre: Vec3): RigidParameters[] {
  const shift: Vec3 = [movingCentre[0] - centre[0], movingCentre[1] - centre[1], movingCentre[2] - centre[2]];
  const shifts: Vec3[] = [[0, 0, 0], shift];
  return shifts.flatMap((t) =>
    TURNS.flatMap((a) => TURNS.flatMap((b) => TURNS.map((c): RigidParameters => [a, b, c, ...t]))),
  );
}

function bestStarts(starts: RigidParameters[], judge: (matrix: Affine) => number, centre: Vec3): Pose[] {
  return starts
    .map((parameters) => ({ parameters, similarity: judge(rigidMatrix(parameters, centre)) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, FOLLOWED);
}
