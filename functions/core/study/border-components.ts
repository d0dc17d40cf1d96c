import { type Components, findComponents } from '../volume/components.ts';
import type { Vec3 } from '../volume/volume.ts';

/**
 * Which components reach the volume's border: 1 or 0 for each.
 * @param axes 3: any of the six faces; 2: the edges of the slices along k only
 */
export function componentsAtBorder({ runs, count }: Components, [ni, nj, nk]: Vec3, axes: 2 | 3): Uint8Array {
  const atBorder = new Uint8Array(count);
  for (let r = 0; r < runs.start.length; r++) {
    const i = runs.start[r] % ni;
    const j = Math.floor(runs.start[r] / ni) % nj;
    const k = Math.floor(runs.start[r] / (ni * nj));
    const inPlane = i === 0 || i + runs.length[r] === ni || j === 0 || j === nj - 1;
    if (inPlane || (axes === 3 && (k === 0 || k === nk - 1))) atBorder[runs.component[r]] = 1;
  }
  return atBorder;
}

/** Sets what is enclosed within a slice (along k) of a mask, in place: ventricles, sinuses, dark bone. */
export function fillSlices(mask: Uint8Array, [ni, nj, nk]: Vec3): void {
  const size = ni * nj;
  const background = new Uint8Array(size);
  for (let k = 0; k < nk; k++) {
    const slice = mask.subarray(k * size, (k + 1) * size);
    for (let n = 0; n < size; n++) background[n] = slice[n] === 0 ? 1 : 0;
    const components = findComponents(background, [ni, nj, 1]);
    const atBorder = componentsAtBorder(components, [ni, nj, 1], 2);
    const { start, length, component } = components.runs;
    for (let r = 0; r < start.length; r++) if (!atBorder[component[r]]) slice.fill(1, start[r], start[r] + length[r]);
  }
}
