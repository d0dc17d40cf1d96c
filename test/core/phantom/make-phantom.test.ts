import { describe, expect, test } from '@jest/globals';
import { apply, axisCodes, IDENTITY, sameGrid } from '../../../functions/core/geometry/affine.ts';
import { createAnatomy } from '../../../functions/core/phantom/anatomy.ts';
import { PHANTOM_SEQUENCES, type PhantomSequence } from '../../../functions/core/phantom/contrasts.ts';
import { HEAD_CENTRE } from '../../../functions/core/phantom/lobes.ts';
import { makePhantom, type PhantomStudy, SMALL_PHANTOM } from '../../../functions/core/phantom/make-phantom.ts';
import { renderBrain } from '../../../functions/core/phantom/render-brain.ts';
import { sequenceGrid } from '../../../functions/core/phantom/sequence-grid.ts';
import { createTumour } from '../../../functions/core/phantom/tumour.ts';
import { createRandom } from '../../../functions/core/random.ts';
import { resample } from '../../../functions/core/volume/resample.ts';
import type { Vec3, Volume, VoxelData } from '../../../functions/core/volume/volume.ts';

// Made once, and outside the tests: making one is most of the time.
const OPTIONS = { seed: 1, spacingMm: 3 };
const aligned = makePhantom({ ...OPTIONS, aligned: true });
const moved = makePhantom(OPTIONS);
const small = [5, 6, 7].map((seed) => makePhantom({ ...SMALL_PHANTOM, seed }));

describe('a phantom study', () => {
  test('is the same, voxel for voxel, for the same seed and another for another seed', () => {
    const [first, other] = small;
    const again = makePhantom({ ...SMALL_PHANTOM, seed: 5 });
    expect(again.transforms).toEqual(first.transforms);
    expect(again.brainPoints).toEqual(first.brainPoints);
    expect(isEqual(again.reference, first.reference)).toBe(true);
    expect(isEqual(other.reference, first.reference)).toBe(false);
    for (const sequence of PHANTOM_SEQUENCES) {
      expect(isEqual(again.sequences[sequence], first.sequences[sequence])).toBe(true);
      expect(isEqual(other.sequences[sequence], first.sequences[sequence])).toBe(false);
    }
    expect(other.transforms.T1).not.toEqual(first.transforms.T1);
  });

  test('has the size of a head', () => {
    for (const { sequences } of small) {
      const ml = sequences.T1ce.data.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) * 0.064;
      expect(ml).toBeGreaterThan(1200);
      expect(ml).toBeLessThan(1700);
    }
  });

  test('lies on one grid when aligned, each sequence on its own when not', () => {
    for (const sequence of PHANTOM_SEQUENCES) {
      expect(sameGrid(aligned.sequences[sequence], aligned.reference)).toBe(true);
      expect(aligned.transforms[sequence]).toEqual(IDENTITY);
    }
    expect(PHANTOM_SEQUENCES.map((sequence) => axisCodes(moved.sequences[sequence].affine))).toEqual([
      'PSR',
      'LPS',
      'RAS',
      'LAS',
    ]);
    expect(sameGrid(moved.sequences.T1ce, moved.reference)).toBe(true);
    expect(moved.transforms.T1ce).toEqual(IDENTITY);
  });

  test('holds whole numbers that fit 16 bits', () => {
    for (const { data } of Object.values(moved.sequences))
      expect(data.every((value) => Number.isInteger(value) && value >= 0 && value <= 32767)).toBe(true);
  });

  test('fits into every field of view, however it was moved', () => {
    for (const { sequences } of [moved, ...small])
      for (const volume of Object.values(sequences)) expect(onBorder(volume)).toBe(0);
  });

  test('judges registration at points of the brain', () => {
    expect(moved.brainPoints.length).toBeGreaterThan(500);
    const head = resampleAt(moved.sequences.T1ce, moved.brainPoints);
    expect(head.every((value) => value > 0)).toBe(true);
  });

  test('is refused with a field that no head fits in, or voxels that are none', () => {
    expect(() => makePhantom({ fieldMm: [100, 216, 180] })).toThrow(/100,216,180 mm/);
    expect(() => makePhantom({ spacingMm: 0 })).toThrow(/0 mm/);
  });
});

describe('the true transforms', () => {
  test.each(['T1', 'T2', 'FLAIR'] as const)('lay %s on the reference', (sequence) => {
    const unmoved = aligned.sequences[sequence];
    const right = correlation(
      unmoved,
      resample(moved.sequences[sequence], moved.reference, moved.transforms[sequence]),
    );
    const without = correlation(unmoved, resample(moved.sequences[sequence], moved.reference));
    // Thick slices and noise keep it from 1.
    expect(right).toBeGreaterThan(0.9);
    expect(right - without).toBeGreaterThan(0.1);
  });
});

describe('the reference mask', () => {
  test('lies inside the brain and holds each BraTS label and no other', () => {
    const { data } = aligned.reference;
    expect([...new Set(data)].sort()).toEqual([0, 1, 2, 4]);
    expect(data.every((label, n) => label === 0 || aligned.sequences.T1ce.data[n] > 0)).toBe(true);
  });

  test('is nested: the rim encloses the dead core, oedema touches the rim', () => {
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      const grid = sequenceGrid('T1ce', [180, 216, 184], HEAD_CENTRE, 2);
      const { labels } = renderBrain(createAnatomy(random), createTumour(random), grid, 2);
      const core = outerNeighbours({ ...grid, data: labels }, [1]);
      expect(core[4] / (core[0] + core[2] + core[4])).toBeGreaterThan(0.9);
      const solid = outerNeighbours({ ...grid, data: labels }, [1, 4]);
      expect(solid[2]).toBeGreaterThan(solid[0]);
    }
  });
});

describe('contrasts of the aligned phantom, against the middle of the brain’s values', () => {
  const value = (sequence: PhantomSequence, label: number) =>
    meanWhere(aligned, sequence, label) / healthyQuantile(aligned, sequence, 0.5);

  test('oedema is bright on T2 and FLAIR, darker than white matter on T1', () => {
    expect(value('T2', 2)).toBeGreaterThan(1.3);
    expect(value('FLAIR', 2)).toBeGreaterThan(1.4);
    // White matter is the brightest of the healthy brain on T1, and more than a fifth of it.
    const white = healthyQuantile(aligned, 'T1', 0.8) / healthyQuantile(aligned, 'T1', 0.5);
    expect(value('T1', 2)).toBeLessThan(0.95 * white);
  });

  test('the rim takes up contrast medium, the core does not', () => {
    expect(value('T1ce', 4)).toBeGreaterThan(1.4);
    expect(value('T1', 4)).toBeLessThan(1.1);
    expect(value('T1ce', 1)).toBeLessThan(0.9);
    expect(value('T2', 1)).toBeGreaterThan(1.7);
  });

  test('what is whitest on T2 about the ventricles is fluid: dark on T1, T1ce and FLAIR', () => {
    // Above the middle, where the bodies of the lateral ventricles lie, on the side without the tumour.
    const side = -Math.sign(tumourSide(aligned));
    const box: Vec3[] = [];
    for (let x = 3; x < 24; x += 3)
      for (let y = -15; y < 20; y += 3) for (let z = 6; z < 27; z += 3) box.push([side * x, y, z]);
    const at = (sequence: PhantomSequence) => resampleAt(aligned.sequences[sequence], box);
    const t2 = at('T2');
    const whitest = t2.indexOf(Math.max(...t2));
    const relative = (sequence: PhantomSequence) => at(sequence)[whitest] / healthyQuantile(aligned, sequence, 0.5);
    expect(relative('T2')).toBeGreaterThan(2);
    expect(relative('T1')).toBeLessThan(0.65);
    expect(relative('T1ce')).toBeLessThan(0.65);
    expect(relative('FLAIR')).toBeLessThan(0.5);
  });
});

/** Nearest values at world points. */
function resampleAt(volume: Volume, points: PhantomStudy['brainPoints']): number[] {
  return points.map((point) => {
    const [x, y, z] = point;
    const target = { shape: [1, 1, 1] as const, affine: [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1] };
    return resample(volume, target, IDENTITY, { interpolation: 'nearest' }).data[0];
  });
}

function onBorder({ data, shape: [ni, nj, nk] }: Volume): number {
  let count = 0;
  for (let k = 0, n = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, n++) {
        const border = i === 0 || j === 0 || k === 0 || i === ni - 1 || j === nj - 1 || k === nk - 1;
        if (border && data[n] !== 0) count++;
      }
  return count;
}

/** Pearson's, over all voxels of two volumes on one grid. */
function correlation(a: Volume, b: Volume): number {
  const n = a.data.length;
  const mean = (data: Float32Array) => data.reduce((sum, value) => sum + value, 0) / n;
  const [ma, mb] = [mean(a.data), mean(b.data)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [da, db] = [a.data[i] - ma, b.data[i] - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/** How many faces of voxels with one of `labels` look at each label that is none of them. */
function outerNeighbours({ data, shape: [ni, nj] }: Volume<Uint8Array>, labels: number[]): number[] {
  const faces = [0, 0, 0, 0, 0];
  for (let n = 0; n < data.length; n++) {
    if (!labels.includes(data[n])) continue;
    for (const step of [1, -1, ni, -ni, ni * nj, -ni * nj])
      if (!labels.includes(data[n + step])) faces[data[n + step]]++;
  }
  return faces;
}

function meanWhere({ sequences, reference }: PhantomStudy, sequence: PhantomSequence, label: number): number {
  const values = sequences[sequence].data.filter((_, n) => reference.data[n] === label);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function healthyQuantile({ sequences, reference }: PhantomStudy, sequence: PhantomSequence, part: number): number {
  const values = sequences[sequence].data.filter((value, n) => value > 0 && reference.data[n] === 0).sort();
  return values[Math.floor(part * values.length)];
}

/** Mean x of the tumour, world mm. */
function tumourSide({ reference: { data, shape, affine } }: PhantomStudy): number {
  let sum = 0;
  for (let n = 0; n < data.length; n++) if (data[n] > 0) sum += apply(affine, [n % shape[0], 0, 0])[0];
  return sum;
}

function isEqual(a: Volume<VoxelData>, b: Volume<VoxelData>): boolean {
  const [x, y] = [a, b].map(({ data }) => new Uint8Array(data.buffer));
  return sameGrid(a, b) && x.length === y.length && x.every((byte, n) => byte === y[n]);
}
