import { describe, expect, test } from '@jest/globals';
import { createAnatomy } from '../../../functions/core/phantom/anatomy.ts';
import { createTissue, outlineDepth, sampleBrain } from '../../../functions/core/phantom/brain.ts';
import { createRandom } from '../../../functions/core/random.ts';

const anatomy = createAnatomy(createRandom(1));

function tissueAt(x: number, y: number, z: number) {
  const tissue = createTissue();
  sampleBrain(anatomy, x, y, z, 1, tissue);
  return tissue;
}

describe('the made-up brain', () => {
  test('has at known places of the atlas what is there in people', () => {
    for (const side of [-1, 1]) {
      expect(tissueAt(side * 12, -8, 18.5).csf).toBe(1); // body of the lateral ventricle
      expect(tissueAt(side * 26, 2, 2).grey).toBe(1); // putamen
      expect(tissueAt(side * 11, -18, 7).pale).toBe(1); // thalamus
      expect(tissueAt(side * 30, -20, 30).white).toBe(1); // corona radiata
    }
    expect(tissueAt(0, 5, 23).white).toBeGreaterThan(0.8); // callosum
    expect(tissueAt(0, -9, -1).csf).toBe(1); // third ventricle
    expect(tissueAt(0, -41, -34).csf).toBe(1); // fourth ventricle
    expect(tissueAt(0, 20, 50).csf).toBeGreaterThan(0.9); // fissure between the hemispheres
    expect(tissueAt(0, -27, -32).isCerebrum).toBe(false); // pons
  });

  test('ends where the skull begins', () => {
    expect(outlineDepth(0, -17, 8)).toBeGreaterThan(30);
    for (const [x, y, z] of [
      [80, -17, 8],
      [0, 80, 8],
      [0, -110, 8],
      [0, -17, 85],
      [0, 40, -60],
    ])
      expect(outlineDepth(x, y, z)).toBeLessThan(0);
  });

  test('is at every point parts that add up to one, folded into grey, white and fluid near the surface', () => {
    const random = createRandom('points');
    const seen = { csf: 0, grey: 0, white: 0 };
    for (let n = 0; n < 3000; n++) {
      const [x, y, z] = [random.uniform(-70, 70), random.uniform(-100, 70), random.uniform(10, 78)];
      const depth = outlineDepth(x, y, z);
      if (depth < 0) continue;
      const tissue = tissueAt(x, y, z);
      expect(tissue.csf + tissue.grey + tissue.pale + tissue.white).toBeCloseTo(1, 9);
      if (depth > 12) continue;
      for (const part of ['csf', 'grey', 'white'] as const) if (tissue[part] > 0.9) seen[part]++;
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });
});
