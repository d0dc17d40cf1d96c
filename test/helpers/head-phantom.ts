import { apply } from '../../functions/core/geometry/affine.ts';
import { createRandom } from '../../functions/core/random.ts';
import { type Affine, type Grid, type Vec3, type Volume, voxelsIn } from '../../functions/core/volume/volume.ts';

/** What a contrast makes of tissue, 0 to 1; outside the head every contrast is 0. */
export type Contrast = (tissue: number) => number;

/** A grid whose middle voxel lies at the world's origin; `axes` has the three voxel axes as columns, in mm. */
export function gridAround(shape: Vec3, axes: readonly number[]): Grid {
  const middle = shape.map((n) => (n - 1) / 2);
  const rows = [0, 3, 6].map((r) => {
    const [x, y, z] = [axes[r], axes[r + 1], axes[r + 2]];
    return [x, y, z, -(x * middle[0] + y * middle[1] + z * middle[2])];
  });
  return { shape, affine: [...rows.flat(), 0, 0, 0, 1] };
}

/**
 * A smooth head-like thing on a grid: an ellipsoid of 45 × 55 × 40 mm half axes with 60 blurred blobs that break every
 * symmetry. `toHead` takes world points to where the head knows them: the identity, or the inverse of how it moved.
 */
export function paintHead(grid: Grid, contrast: Contrast, toHead: Affine): Volume {
  const blobs = makeBlobs();
  const [ni, nj] = grid.shape;
  const data = Float32Array.from({ length: voxelsIn(grid.shape) }, (_, n) => {
    const voxel: Vec3 = [n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))];
    return headAt(apply(toHead, apply(grid.affine, voxel)), blobs, contrast);
  });
  return { ...grid, data };
}

interface Blob {
  centre: Vec3;
  radiusMm: number;
  height: number;
}

function makeBlobs(): Blob[] {
  const random = createRandom(7);
  return Array.from({ length: 60 }, () => ({
    centre: [random.uniform(-40, 40), random.uniform(-50, 50), random.uniform(-35, 35)],
    radiusMm: random.uniform(6, 14),
    height: random.uniform(-0.5, 0.5),
  }));
}

function headAt([x, y, z]: Vec3, blobs: readonly Blob[], contrast: Contrast): number {
  const depth = 1 - Math.hypot(x / 45, y / 55, z / 40);
  if (depth <= 0) return 0;
  let tissue = 0.5;
  for (const { centre, radiusMm, height } of blobs) {
    const squared = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2;
    if (squared < 16 * radiusMm ** 2) tissue += height * Math.exp(-squared / (2 * radiusMm ** 2));
  }
  const edge = Math.min(1, depth * 15); // some 3 mm wide, as a voxel blurs it
  return 1000 * edge * contrast(Math.max(0, Math.min(1, tissue)));
}
