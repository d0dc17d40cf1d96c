import { type ElastixNodeOptions, elastixNode } from '@itk-wasm/elastix';
import { NeurotileError } from '../../core/errors.ts';
import { apply, cornersOf, IDENTITY, invert, multiply } from '../../core/geometry/affine.ts';
import { alignCoarsely, COARSE_MM } from '../../core/registration/align-coarsely.ts';
import { meanDisplacementMm } from '../../core/registration/displacement.ts';
import { eulerToMatrix, parseEulerTransform } from '../../core/registration/euler-transform.ts';
import { cropToForeground } from '../../core/registration/foreground.ts';
import { type ParameterMap, RIGID_PARAMETERS } from '../../core/registration/parameter-map.ts';
import { shrink } from '../../core/registration/shrink.ts';
import { createSimilarity } from '../../core/registration/similarity.ts';
import type { Affine, Volume } from '../../core/volume/volume.ts';
import { toItkImage } from './itk-image.ts';

/** Background kept around the tissue: its outline counts, and what elastix may still move has to stay inside. */
const MARGIN_MM = 8;

/** Voxels are joined to blocks of about this size where they are finer than two thirds of it. */
const FINEST_MM = 1;
/** At the corners of the tissue's box. The start is good to 2 mm, so a refinement by more than this went astray. */
const ASTRAY_MM = 10;

/**
 * Rigid map of fixed to moving world points, RAS mm: a coarse search for the start, then elastix on the tissue's box.
 * The start goes into the moving image's header, so elastix begins at the identity:
 *
 *   fixed world --elastix--> fixed world, nearly --start--> moving world ;  moving' = start⁻¹ · moving
 *
 * Where the two are more than 10 mm apart, the one with the greater mutual information counts.
 *
 * @throws NeurotileError REGISTRATION when elastix fails or its answer is no rigid transform
 */
export async function registerWithElastix(fixed: Volume, moving: Volume): Promise<Affine> {
  const start = alignCoarsely(fixed, moving);
  const target = cropToTissue(moving);
  const tissue = cropToTissue(fixed);
  const refined = await refine(tissue, { ...target, affine: multiply(invert(start), target.affine) });
  const matrix = multiply(start, refined);
  const corners = cornersOf(tissue.shape).map((corner) => apply(tissue.affine, corner));
  if (meanDisplacementMm(refined, corners) <= ASTRAY_MM) return matrix;
  const similarity = createSimilarity(shrink(tissue, COARSE_MM), shrink(moving, COARSE_MM));
  return similarity(matrix) > similarity(start) ? matrix : start;
}

/** Compiles the WebAssembly, by the smallest registration there is; whether that finds anything does not matter. */
export async function loadElastix(): Promise<void> {
  const data = Float32Array.from({ length: 512 }, (_, n) => n % 7);
  const tiny: Volume = { shape: [8, 8, 8], affine: IDENTITY, data };
  await refine(tiny, tiny, { ...RIGID_PARAMETERS, MaximumNumberOfIterations: ['1'] }).catch(() => undefined);
}

async function refine(fixed: Volume, moving: Volume, map = RIGID_PARAMETERS): Promise<Affine> {
  // The library's types ask for one map, and for its own class of images; it takes a list of maps and plain objects.
  const parameters = [map] as unknown as Parameters<typeof elastixNode>[0];
  const images: ElastixNodeOptions = { fixed: toItkImage(fixed), moving: toItkImage(moving) };
  const answer = await elastixNode(parameters, images).catch((cause: unknown) => {
    throw new NeurotileError('REGISTRATION', { found: 'an error inside elastix' }, cause);
  });
  const maps = answer.transformParameterObject as unknown as readonly ParameterMap[] | undefined;
  const transform = parseEulerTransform(maps?.at(-1));
  if (transform) return eulerToMatrix(transform);
  throw new NeurotileError('REGISTRATION', { found: 'no transform', expected: 'six finite Euler parameters' });
}

/** The tissue's box, at no less than 2/3 mm a voxel: finer ones cost memory and time, and place nothing better. */
function cropToTissue(volume: Volume): Volume {
  return shrink(cropToForeground(volume, shrink(volume, COARSE_MM), MARGIN_MM), FINEST_MM);
}
