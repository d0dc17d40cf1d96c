import type { Random } from '../random.ts';
import { createFolds, createNoise, type Noise } from './noise.ts';

/** What makes one made-up person differ from the next. */
export interface Anatomy {
  /** Size of the head against the template, along x, y, z. */
  readonly scale: readonly [number, number, number];
  /** Width of the ventricles and sulci against the template: age. */
  readonly atrophy: number;
  /** Mean thickness of the cortex, mm. */
  readonly cortexMm: number;
  /** Smooth noise for warps, thickness and texture. */
  readonly noise: Noise;
  /** Folds of the cortex: signed distance in cells. */
  readonly folds: Noise;
}

export function createAnatomy(random: Random): Anatomy {
  return {
    scale: [random.uniform(0.96, 1.03), random.uniform(0.95, 1.02), random.uniform(0.96, 1.03)],
    atrophy: random.uniform(0.85, 1.35),
    cortexMm: random.uniform(2.5, 3),
    noise: createNoise(random),
    folds: createFolds(random),
  };
}
