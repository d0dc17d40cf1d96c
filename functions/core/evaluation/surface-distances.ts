import { IDENTITY } from '../geometry/affine.ts';
import { boundingBox, boxShape, unionBox } from '../volume/bounding-box.ts';
import { cropVolume } from '../volume/crop-grid.ts';
import type { Vec3 } from '../volume/volume.ts';
import { squaredDistancesMm2 } from './distance-transform.ts';
import { percentile } from './percentile.ts';

/** Tolerances count as met up to this much more: a voxel size of 1.0000001 mm in a header must not matter. */
const ROUNDING_MM = 1e-4;

/** How far each surface voxel of one mask lies from the nearest surface voxel of the other, mm. */
export interface SurfaceDistances {
  readonly fromMask: Float32Array;
  readonly fromReference: Float32Array;
}

/**
 * Distances between the surfaces of two masks, centre to centre of voxels. The surface of a mask are those of its
 * voxels that have a face to the outside, the volume's border included.
 *
 * @param mask, reference shape (ni, nj, nk), i fastest, non-zero inside
 * @returns undefined where one of them is empty
 */
export function surfaceDistances(
  mask: Uint8Array,
  reference: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
): SurfaceDistances | undefined {
  const maskBox = boundingBox(mask, shape);
  const referenceBox = boundingBox(reference, shape);
  if (!maskBox || !referenceBox) return undefined;
  const box = unionBox(maskBox, referenceBox); // holds both surfaces: beyond it nothing can be nearer
  const cut = (data: Uint8Array) => cropVolume({ shape, affine: IDENTITY, data }, box).data;
  const size = boxShape(box);
  const a = surfaceOf(cut(mask), size);
  const b = surfaceOf(cut(reference), size);
  return { fromMask: distancesTo(b, a, size, spacingMm), fromReference: distancesTo(a, b, size, spacingMm) };
}

/** 1 at the voxels of a mask that have one of their six faces outside it, or on the border of the volume. */
export function surfaceOf(mask: Uint8Array, [ni, nj, nk]: Vec3): Uint8Array {
  const out = new Uint8Array(mask.length);
  const slice = ni * nj;
  for (let k = 0, n = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, n++) {
        if (mask[n] === 0) continue;
        const onBorder = i === 0 || i === ni - 1 || j === 0 || j === nj - 1 || k === 0 || k === nk - 1;
        const isSurface =
          onBorder ||
          mask[n - 1] === 0 ||
          mask[n + 1] === 0 ||
          mask[n - ni] === 0 ||
          mask[n + ni] === 0 ||
          mask[n - slice] === 0 ||
          mask[n + slice] === 0;
        if (isSurface) out[n] = 1;
      }
  return out;
}

function distancesTo(target: Uint8Array, from: Uint8Array, shape: Vec3, spacingMm: Vec3): Float32Array {
  const squares = squaredDistancesMm2(target, shape, spacingMm);
  return squares.filter((_, n) => from[n] !== 0).map(Math.sqrt);
}

/** The larger of the two directed 95th percentiles, mm (the 95 % Hausdorff distance as BraTS and MONAI have it). */
export function hd95Mm({ fromMask, fromReference }: SurfaceDistances): number {
  return Math.max(percentile(fromMask, 95), percentile(fromReference, 95));
}

/** Share of both surfaces that lies within a tolerance of the other, 0 to 1 (after Nikolov et al., JMIR 2021; counted in voxels). */
export function surfaceDice({ fromMask, fromReference }: SurfaceDistances, toleranceMm: number): number {
  const near = (distances: Float32Array) => distances.reduce((n, d) => n + (d <= toleranceMm + ROUNDING_MM ? 1 : 0), 0);
  return (near(fromMask) + near(fromReference)) / (fromMask.length + fromReference.length);
}
