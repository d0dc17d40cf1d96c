import type { Vec3 } from './volume.ts';

/** The 26-connected pieces of a mask. Component c of 0 … count - 1, in the order of their first voxels. */
export interface Components {
  readonly count: number;
  /** Voxels of each component. */
  readonly voxels: Uint32Array;
  /** The mask as runs of voxels along i: index of the first voxel, how many, and the component they belong to. */
  readonly runs: { readonly start: Uint32Array; readonly length: Uint32Array; readonly component: Uint32Array };
}

/**
 * Connected components of the non-zero voxels, neighbours by face, edge or corner.
 *
 * Voxels are taken run by run along i; a run is joined with the runs that it touches in the four rows before it:
 *
 *      k - 1            k
 *     a  b  c        .  d  .       rows j - 1, j, j + 1 of the slice before; row j - 1 of this one;
 *                       x          x: the row at hand
 *
 * Runs [s, e) and [s', e') of neighbouring rows touch, corners included, when s' <= e and s <= e'.
 *
 * @param mask shape (ni, nj, nk), i fastest
 */
export function findComponents(mask: Uint8Array, shape: Vec3): Components {
  const { start, end, rowRuns } = findRuns(mask, shape);
  const parent = joinRuns(start, end, rowRuns, shape);
  return numberComponents(start, end, parent);
}

/** Component number + 1 at each voxel, 0 outside the mask. @param voxels of the whole volume */
export function componentLabels({ runs }: Components, voxels: number): Uint32Array {
  const out = new Uint32Array(voxels);
  for (let r = 0; r < runs.start.length; r++)
    out.fill(runs.component[r] + 1, runs.start[r], runs.start[r] + runs.length[r]);
  return out;
}

interface Runs {
  /** First voxel of each run, as an index along its row; and one past its last. */
  start: Uint32Array;
  end: Uint32Array;
  /** Runs of row n = j + nj·k are rowRuns[n] … rowRuns[n + 1] - 1. */
  rowRuns: Uint32Array;
}

function findRuns(mask: Uint8Array, [ni, nj, nk]: Vec3): Runs & { start: Uint32Array } {
  const rowRuns = new Uint32Array(nj * nk + 1);
  for (let row = 0, at = 0, count = 0; row < nj * nk; row++, at += ni) {
    for (let i = 0; i < ni; i++) if (mask[at + i] !== 0 && (i === 0 || mask[at + i - 1] === 0)) count++;
    rowRuns[row + 1] = count;
  }
  const start = new Uint32Array(rowRuns[nj * nk]);
  const end = new Uint32Array(start.length);
  for (let row = 0, at = 0, run = 0; row < nj * nk; row++, at += ni) {
    if (rowRuns[row] === rowRuns[row + 1]) continue;
    for (let i = 0; i < ni; i++) {
      if (mask[at + i] === 0) continue;
      start[run] = at + i;
      while (i < ni && mask[at + i] !== 0) i++;
      end[run++] = at + i;
    }
  }
  return { start, end, rowRuns };
}

/** For each run the smallest run that it hangs together with, through a forest of parents. */
function joinRuns(start: Uint32Array, end: Uint32Array, rowRuns: Uint32Array, [ni, nj, nk]: Vec3): Uint32Array {
  const parent = Uint32Array.from(start, (_, n) => n);

  const joinRows = (row: number, other: number) => {
    const shift = (row - other) * ni; // moves an index of the other row to the one that lies beside it in this row
    let a = rowRuns[row];
    let b = rowRuns[other];
    while (a < rowRuns[row + 1] && b < rowRuns[other + 1]) {
      if (start[b] + shift <= end[a] && start[a] <= end[b] + shift) join(parent, a, b);
      if (end[a] < end[b] + shift) a++;
      else b++;
    }
  };

  for (let k = 0, row = 0; k < nk; k++)
    for (let j = 0; j < nj; j++, row++) {
      if (rowRuns[row] === rowRuns[row + 1]) continue;
      if (j > 0) joinRows(row, row - 1);
      if (k === 0) continue;
      if (j > 0) joinRows(row, row - nj - 1);
      joinRows(row, row - nj);
      if (j < nj - 1) joinRows(row, row - nj + 1);
    }
  return parent;
}

/** Root of a run; on the way there every other run is hung one higher (path halving). */
function rootOf(parent: Uint32Array, run: number): number {
  let at = run;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]];
    at = parent[at];
  }
  return at;
}

function join(parent: Uint32Array, a: number, b: number): void {
  const x = rootOf(parent, a);
  const y = rootOf(parent, b);
  if (x < y) parent[y] = x;
  else parent[x] = y;
}

function numberComponents(start: Uint32Array, end: Uint32Array, parent: Uint32Array): Components {
  const component = new Uint32Array(start.length);
  const length = new Uint32Array(start.length);
  const voxels: number[] = [];
  for (let run = 0; run < start.length; run++) {
    const root = rootOf(parent, run); // never after the run itself: numbered already, or this very run
    component[run] = root === run ? voxels.push(0) - 1 : component[root];
    length[run] = end[run] - start[run];
    voxels[component[run]] += length[run];
  }
  return { count: voxels.length, voxels: Uint32Array.from(voxels), runs: { start, length, component } };
}
