/** Three numbers, one an axis: voxels or millimetres as the name says. */
export type Vec3 = readonly [number, number, number];

/** 4×4 matrix, row-major, 16 numbers: voxel index (i, j, k, 1) -> world point in RAS millimetres. */
export type Affine = readonly number[];

/** A sampling grid: how many voxels along i, j, k, and where they lie in the world. */
export interface Grid {
  readonly shape: Vec3;
  readonly affine: Affine;
}

export type VoxelData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/**
 * A volume: data of shape (ni, nj, nk) with i fastest, as NIfTI stores it:
 *
 *   data[i + ni * (j + nj * k)]
 *
 * Read backwards, as a C-order tensor, the same memory is (D, H, W) = (k, j, i).
 */
export interface Volume<D extends VoxelData = Float32Array> extends Grid {
  readonly data: D;
}

/** Number of voxels in a shape. */
export function voxelsIn(shape: Vec3): number {
  return shape[0] * shape[1] * shape[2];
}
