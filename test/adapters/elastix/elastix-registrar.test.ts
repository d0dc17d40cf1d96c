import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createElastixRegistrar } from '../../../functions/adapters/elastix/elastix-registrar.ts';
import { IDENTITY, invert, multiply } from '../../../functions/core/geometry/affine.ts';
import { registrationErrorMm } from '../../../functions/core/phantom/registration-error.ts';
import { pointsOf } from '../../../functions/core/registration/displacement.ts';
import { rigidMatrix } from '../../../functions/core/registration/rigid-parameters.ts';
import type { Grid } from '../../../functions/core/volume/volume.ts';
import { gridAround, paintHead } from '../../helpers/head-phantom.ts';

const VOXEL_MM = 2.5;
const cube = (n: number) => gridAround([n, n, n], [VOXEL_MM, 0, 0, 0, VOXEL_MM, 0, 0, 0, VOXEL_MM]);
const FIXED = paintHead(cube(48), (tissue) => tissue, IDENTITY);
const POINTS = pointsOf(FIXED);
/** 10° or so and 15 mm. */
const MOTION = rigidMatrix([0.1, -0.08, 0.12, 9, -8, 9], [0, 0, 0]);
const movingOn = (grid: Grid, motion = MOTION) => paintHead(grid, (tissue) => 1.2 - tissue, invert(motion));
const errorMm = (matrix: readonly number[], truth = MOTION) => registrationErrorMm(truth, matrix, POINTS).mean;

const registrar = createElastixRegistrar({ workers: 2 });
afterAll(() => registrar.close());

/** Axes turned by 20° about x and then 15° about z, so that no voxel axis is a world axis. */
const OBLIQUE = rigidMatrix([0.35, 0, 0.26, 0, 0, 0], [0, 0, 0]);
const obliqueAxes = [0, 1, 2].flatMap((row) => [2, 2, 4].map((mm, axis) => mm * OBLIQUE[4 * row + axis]));

describe('createElastixRegistrar', () => {
  test('finds a known motion to 0.3 voxel, two at a time, the same bits each time, and leaves the voxels alone', async () => {
    const moving = movingOn(cube(56));
    const before = [FIXED.data.slice(), moving.data.slice()];
    const found = await Promise.all([1, 2, 3].map(() => registrar.register(FIXED, moving)));
    expect(errorMm(found[0].matrix)).toBeLessThan(0.3 * VOXEL_MM);
    expect(found[1].matrix).toEqual(found[0].matrix);
    expect(found[2].matrix).toEqual(found[0].matrix);
    expect([FIXED.data, moving.data]).toEqual(before);
  }, 120_000);

  test.each([
    ['oblique', gridAround([68, 76, 34], obliqueAxes)],
    ['left-handed', gridAround([56, 56, 34], [-2.5, 0, 0, 0, 2.5, 0, 0, 0, 4])],
    ['sheared', gridAround([56, 56, 34], [2.5, 0.3, 0, 0, 2.5, 0, 0, 0, 4])],
    ['permuted', gridAround([34, 56, 56], [0, 2.5, 0, 0, 0, -2.5, 4, 0, 0])],
  ])(
    'finds the same motion on a grid that is %s',
    async (_, grid) => {
      const { matrix } = await registrar.register(FIXED, movingOn(grid));
      expect(errorMm(matrix)).toBeLessThan(0.3 * VOXEL_MM);
    },
    120_000,
  );

  test('takes an oblique, left-handed fixed image too', async () => {
    const axes = obliqueAxes.map((mm, n) => (n % 3 === 0 ? -mm : mm));
    const fixed = paintHead(gridAround([60, 68, 30], axes), (tissue) => tissue, IDENTITY);
    const { matrix } = await registrar.register(fixed, movingOn(cube(56)));
    expect(errorMm(matrix)).toBeLessThan(0.3 * VOXEL_MM);
  }, 120_000);

  test('answers in the world that the headers speak of, however far away they put the image', async () => {
    const far = rigidMatrix([0, 0, 0.05, 150, -90, 400], [0, 0, 0]);
    const moving = movingOn(cube(56));
    const { matrix } = await registrar.register(FIXED, { ...moving, affine: multiply(far, moving.affine) });
    expect(errorMm(matrix, multiply(far, MOTION))).toBeLessThan(0.3 * VOXEL_MM);
  }, 120_000);
});

describe('a thread that dies', () => {
  test('takes its own registration with it; the next gets a new thread', async () => {
    let started = 0;
    const dying = () =>
      new Worker('require("worker_threads").parentPort.on("message", () => process.exit(3))', { eval: true });
    const real = createElastixRegistrar({ workers: 1 });
    const mended = createElastixRegistrar({
      workers: 1,
      startWorker: (start) => (started++ === 0 ? dying() : start()),
    });
    const moving = movingOn(cube(56));
    const [first, second] = await Promise.allSettled([mended.register(FIXED, moving), mended.register(FIXED, moving)]);
    expect(first).toMatchObject({ status: 'rejected', reason: { name: 'NeurotileError', code: 'REGISTRATION' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: await real.register(FIXED, moving) });
    expect(started).toBe(2);
    await Promise.all([mended.close(), real.close()]);
  }, 120_000);

  test('rejects what is unfinished when the registrar is closed, and all that comes later', async () => {
    const closing = createElastixRegistrar({ workers: 1 });
    const moving = movingOn(cube(56));
    const outcomes = Promise.allSettled([closing.register(FIXED, moving), closing.register(FIXED, moving)]);
    await closing.close();
    for (const outcome of [...(await outcomes), ...(await Promise.allSettled([closing.register(FIXED, moving)]))])
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'REGISTRATION' } });
  }, 120_000);
});
