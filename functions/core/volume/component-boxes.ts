import type { Box } from './bounding-box.ts';
import { unionBox } from './bounding-box.ts';
import type { Components } from './components.ts';
import type { Vec3 } from './volume.ts';

/** The smallest box around each component. @param shape of the mask that they are of */
export function componentBoxes({ count, runs }: Components, [ni, nj]: Vec3): Box[] {
  const boxes = new Array<Box | undefined>(count).fill(undefined);
  for (let r = 0; r < runs.start.length; r++) {
    const row = Math.floor(runs.start[r] / ni);
    const [i, j, k] = [runs.start[r] - row * ni, row % nj, Math.floor(row / nj)];
    const run: Box = { start: [i, j, k], end: [i + runs.length[r], j + 1, k + 1] };
    const known = boxes[runs.component[r]];
    boxes[runs.component[r]] = known ? unionBox(known, run) : run;
  }
  return boxes.filter((box) => box !== undefined);
}
