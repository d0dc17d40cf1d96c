import type { ErrorFields } from '../../core/errors.ts';
import type { Affine, Volume } from '../../core/volume/volume.ts';

/** Load what the first job needs, before there is one. */
export const WARM_UP = 'warm up';

/** What the registrar asks of a worker thread; the voxel buffers are transferred. */
export interface Job {
  id: number;
  fixed: Volume;
  moving: Volume;
}

/** What the worker thread says of it. */
export type Answer = { id: number; matrix: Affine } | { id: number; failed: ErrorFields };
