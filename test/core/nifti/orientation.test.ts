import { describe, expect, test } from '@jest/globals';
import { multiply } from '../../../functions/core/geometry/affine.ts';
import { affineFromQform, qformOf } from '../../../functions/core/nifti/orientation.ts';
import { readNiftiHeader } from '../../../functions/core/nifti/read-nifti.ts';
import type { Affine, Vec3 } from '../../../functions/core/volume/volume.ts';
import { makeRawNifti } from '../../helpers/raw-nifti.ts';

const LPS_ROWS = [-1, 0, 0, 90, 0, -1, 0, 126, 0, 0, 2, -72];
const half = Math.SQRT1_2;

/** Hand-checked: quaternion (b, c, d), pixdim with qfac first, and the affine that they are. */
const QFORMS: [string, Vec3, number[], Affine][] = [
  ['no rotation', [0, 0, 0], [1, 1, 2, 3], [1, 0, 0, 5, 0, 2, 0, 6, 0, 0, 3, 7, 0, 0, 0, 1]],
  ['90° about z: i to +y, j to -x', [0, 0, half], [1, 1, 2, 3], [0, -2, 0, 5, 1, 0, 0, 6, 0, 0, 3, 7, 0, 0, 0, 1]],
  ['90° about x: j to +z, k to -y', [half, 0, 0], [1, 1, 2, 3], [1, 0, 0, 5, 0, 0, -3, 6, 0, 2, 0, 7, 0, 0, 0, 1]],
  ['half a turn about z: LPS', [0, 0, 1], [1, 1, 1, 1], [-1, 0, 0, 5, 0, -1, 0, 6, 0, 0, 1, 7, 0, 0, 0, 1]],
  ['left-handed, qfac -1', [0, 1, 0], [-1, 1, 2, 3], [-1, 0, 0, 5, 0, 2, 0, 6, 0, 0, 3, 7, 0, 0, 0, 1]],
];

describe('the affine of a header', () => {
  for (const version of [1, 2] as const) {
    test.each(QFORMS)(`follows a NIfTI-${version} qform: %s`, (_, quaternion, pixdim, expected) => {
      const file = makeRawNifti({ version, pixdim, qform: { code: 1, quaternion, offset: [5, 6, 7] } });
      readNiftiHeader(file).affine.forEach((x, n) => {
        expect(x).toBeCloseTo(expected[n], 6);
      });
    });

    test(`prefers the sform of NIfTI-${version}, whatever the codes' order`, () => {
      const file = makeRawNifti({
        version,
        sform: { code: 1, rows: LPS_ROWS },
        qform: { code: 2, quaternion: [0, 0, 0], offset: [0, 0, 0] },
      });
      expect(readNiftiHeader(file).affine).toEqual([...LPS_ROWS, 0, 0, 0, 1]);
    });

    test(`falls back to the voxel sizes of NIfTI-${version} where both codes are 0`, () => {
      const file = makeRawNifti({ version, pixdim: [1, 0.5, 0.75, 3], sform: { code: 0, rows: LPS_ROWS } });
      expect(readNiftiHeader(file).affine).toEqual([0.5, 0, 0, 0, 0, 0.75, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1]);
    });
  }

  test('is in millimetres where the header counts in metres or micrometres', () => {
    const rows = [2, 0, 0, 10, 0, 2, 0, 20, 0, 0, 2, 30];
    const inUnit = (units: number, factor: number) =>
      readNiftiHeader(makeRawNifti({ version: 2, units, sform: { code: 1, rows: rows.map((x) => x * factor) } }))
        .affine;
    for (const [n, x] of [...rows, 0, 0, 0, 1].entries()) {
      expect(inUnit(1, 0.001)[n]).toBeCloseTo(x, 9);
      expect(inUnit(3, 1000)[n]).toBeCloseTo(x, 9);
      expect(inUnit(0, 1)[n]).toBe(x);
    }
  });

  test('takes a quaternion that rounding made too long as half a turn', () => {
    const affine = affineFromQform({ quaternion: [0, 0, 1.0000001], offset: [0, 0, 0], pixdim: [1, 1, 1], qfac: 1 });
    expect(affine.every(Number.isFinite)).toBe(true);
    expect(affine[0]).toBeCloseTo(-1, 9);
  });
});

describe('qformOf', () => {
  test('gives back any rotation, both hands, through affineFromQform', () => {
    for (let turn = 0; turn < 200; turn++) {
      const affine = turned(turn * 0.7, turn * 1.3, turn * 2.1, [0.9, turn % 2 ? -1.1 : 1.1, 5.5]);
      const qform = qformOf(affine);
      expect(qform?.qfac).toBe(turn % 2 ? -1 : 1);
      affineFromQform(qform!).forEach((x, n) => {
        expect(x).toBeCloseTo(affine[n], 9);
      });
    }
  });

  test('has none for a sheared affine', () => {
    expect(qformOf([1, 0.1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBeUndefined();
  });
});

/** Turns about x, y, z in radians, after scaling; moved by (3, 4, 5). */
function turned(x: number, y: number, z: number, [a, b, c]: Vec3): Affine {
  const [cx, sx, cy, sy, cz, sz] = [x, y, z].flatMap((t) => [Math.cos(t), Math.sin(t)]);
  const turns: Affine[] = [
    [cz, -sz, 0, 3, sz, cz, 0, 4, 0, 0, 1, 5, 0, 0, 0, 1],
    [cy, 0, sy, 0, 0, 1, 0, 0, -sy, 0, cy, 0, 0, 0, 0, 1],
    [1, 0, 0, 0, 0, cx, -sx, 0, 0, sx, cx, 0, 0, 0, 0, 1],
    [a, 0, 0, 0, 0, b, 0, 0, 0, 0, c, 0, 0, 0, 0, 1],
  ];
  return turns.reduce(multiply);
}
