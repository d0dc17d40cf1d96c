import { expect, test } from '@jest/globals';
import { createRandom } from '../../../functions/core/random.ts';
import { boundingBox } from '../../../functions/core/volume/bounding-box.ts';
import { componentBoxes } from '../../../functions/core/volume/component-boxes.ts';
import { componentLabels, findComponents } from '../../../functions/core/volume/components.ts';
import type { Vec3 } from '../../../functions/core/volume/volume.ts';

test('the box of each component is the bounding box of its voxels', () => {
  const shape: Vec3 = [9, 7, 8];
  for (let seed = 0; seed < 20; seed++) {
    const random = createRandom(seed);
    const mask = Uint8Array.from({ length: 9 * 7 * 8 }, () => (random.uniform() < 0.06 ? 1 : 0));
    const components = findComponents(mask, shape);
    const labels = componentLabels(components, mask.length);
    const expected = Array.from({ length: components.count }, (_, c) =>
      boundingBox(
        labels.map((label) => (label === c + 1 ? 1 : 0)),
        shape,
      ),
    );
    expect(components.count).toBeGreaterThan(5);
    expect(componentBoxes(components, shape)).toEqual(expected);
  }
});
