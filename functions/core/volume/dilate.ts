import type { Vec3 } from './volume.ts';

/**
 * The mask with everything added that a face or an edge away from it lies (18 neighbours), `times` over.
 * @param mask shape (ni, nj, nk), i fastest
 * @returns 1 inside, 0 outside
 */
export function dilate(mask: Uint8Array, shape: Vec3, times: number): Uint8Array {
  let grown: Uint8Array = Uint8Array.from(mask, (v) => (v === 0 ? 0 : 1));
  for (let n = 0; n < times; n++) grown = dilateOnce(grown, shape);
  return grown;
}

function dilateOnce(mask: Uint8Array, [ni, nj, nk]: Vec3): Uint8Array {
  const out = mask.slice();
  for (let k = 0, n = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, n++) if (mask[n] !== 0) paintNeighbours(out, i, j, k, ni, nj, nk);
  return out;
}

function paintNeighbours(out: Uint8Array, i: number, j: number, k: number, ni: number, nj: number, nk: number): void {
  for (let dk = k > 0 ? -1 : 0; dk <= (k < nk - 1 ? 1 : 0); dk++)
    for (let dj = j > 0 ? -1 : 0; dj <= (j < nj - 1 ? 1 : 0); dj++) {
      const row = ni * (j + dj + nj * (k + dk));
      out[row + i] = 1;
      if (dj !== 0 && dk !== 0) continue; // with a step along i as well it would be a corner
      if (i > 0) out[row + i - 1] = 1;
      if (i < ni - 1) out[row + i + 1] = 1;
    }
}
