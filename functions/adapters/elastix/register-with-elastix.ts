import { type ElastixNodeOptions, elastixNode } from '@itk-wasm/elastix';
import { NeurotileError } from '../../core/errors.ts';
import { invert, multiply } from '../../core/geometry/affine.ts';
import { alignCoarsely, COARSE_MM } from '../../core/registration/align-coarsely.ts';
import { eulerToMatrix, parseEulerTransform } from '../../core/registration/euler-transform.ts';
import { cropToForeground } from '../../core/registration/foreground.ts';
import { type ParameterMap, RIGID_PARAMETERS } from '../../core/registration/parameter-map.ts';
import { shrink } from '../../core/registration/shrink.ts';
import type { Affine, Volume } from '../../core/volume/volume.ts';
import { toItkImage } from './itk-image.ts';

/** Background kept around the tissue: its outline counts, and what elastix may still move has to stay inside. */
const MARGIN_MM = 8;

/**
 * Rigid map of fixed to moving world points, RAS mm: a coarse search for the start, then elastix on the tissue's box.
 * The start goes into the moving image's header, so elastix begins at the identity:
 *
 *   fixed world --elastix--> fixed world, nearly --start--> moving world ;  moving' = start⁻¹ · moving
 *
 * @throws NeurotileError REGISTRATION when elastix fails or its answer is no rigid transform
 */
export async function registerWithElastix(fixed: Volume, moving: Volume): Promise<Affine> {
  const start = alignCoarsely(fixed, moving);
  const target = cropToTissue(moving);
  const begun = { ...target, affine: multiply(invert(start), target.affine) };
  return multiply(start, await refine(cropToTissue(fixed), begun));
}

async function refine(fixed: Volume, moving: Volume): Promise<Affine> {
  // The library's types ask for one map, and for its own class of images; it takes a list of maps and plain objects.
  const parameters = [RIGID_PARAMETERS] as unknown as Parameters<typeof elastixNode>[0];
  const images: ElastixNodeOptions = { fixed: toItkImage(fixed), moving: toItkImage(moving) };
  const answer = await elastixNode(parameters, images).catch((cause: unknown) => {
    throw new NeurotileError('REGISTRATION', { found: 'an error inside elastix' }, cause);
  });
  const maps = answer.transformParameterObject as unknown as readonly ParameterMap[] | undefined;
  const transform = parseEulerTransform(maps?.at(-1));
  if (transform) return eulerToMatrix(transform);
  throw new NeurotileError('REGISTRATION', { found: 'no transform', expected: 'six finite Euler parameters' });
}

function cropToTissue(volume: Volume): Volume {
  return cropToForeground(volume, shrink(volume, COARSE_MM), MARGIN_MM);
}
