import type { Vec3 } from './volume.ts';

/**
 * A mask with what it encloses: every voxel that no path through faces leads from to the volume's border without
 * crossing the mask, as scipy's `binary_fill_holes` has it. What lies outside is found by sweeping to and fro until
 * nothing changes: two or three times for a brain.
 *
 * @param mask shape (ni, nj, nk), i fastest
 * @returns 1 inside, 0 outside
 */
export function fillHoles(mask: Uint8Array, [ni, nj, nk]: Vec3): Uint8Array {
  const filled = new Uint8Array(mask.length).fill(1);
  const steps = [1, ni, ni * nj];
  const reach = (n: number, i: number, j: number, k: number) => {
    if (filled[n] === 0 || mask[n] !== 0) return false;
    const isAtBorder = i === 0 || j === 0 || k === 0 || i === ni - 1 || j === nj - 1 || k === nk - 1;
    if (!isAtBorder && steps.every((step) => filled[n - step] !== 0 && filled[n + step] !== 0)) return false;
    filled[n] = 0;
    return true;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let k = 0, n = 0; k < nk; k++)
      for (let j = 0; j < nj; j++) for (let i = 0; i < ni; i++, n++) if (reach(n, i, j, k)) changed = true;
    for (let k = nk - 1, n = mask.length - 1; k >= 0; k--)
      for (let j = nj - 1; j >= 0; j--) for (let i = ni - 1; i >= 0; i--, n--) if (reach(n, i, j, k)) changed = true;
  }
  return filled;
}
