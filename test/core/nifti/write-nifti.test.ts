import { describe, expect, test } from '@jest/globals';
import { readNifti, readNiftiHeader } from '../../../functions/core/nifti/read-nifti.ts';
import { writeNifti } from '../../../functions/core/nifti/write-nifti.ts';
import type { Affine, Volume, VoxelData } from '../../../functions/core/volume/volume.ts';
import { UNIT_AFFINE } from '../../helpers/factories.ts';

const ARRAYS: [string, VoxelData, number][] = [
  ['Int8Array', Int8Array.from({ length: 720 }, (_, n) => n - 300), 256],
  ['Uint8Array', Uint8Array.from({ length: 720 }, (_, n) => n), 2],
  ['Int16Array', Int16Array.from({ length: 720 }, (_, n) => 40 * n - 9000), 4],
  ['Uint16Array', Uint16Array.from({ length: 720 }, (_, n) => 90 * n), 512],
  ['Int32Array', Int32Array.from({ length: 720 }, (_, n) => n - 100000), 8],
  ['Uint32Array', Uint32Array.from({ length: 720 }, (_, n) => n + 100000), 768],
  ['Float32Array', Float32Array.from({ length: 720 }, (_, n) => n / 7), 16],
  ['Float64Array', Float64Array.from({ length: 720 }, (_, n) => n / 8), 64],
];

const volumeOf = <D extends VoxelData>(data: D, affine: Affine = UNIT_AFFINE): Volume<D> => ({
  shape: [8, 9, 10],
  affine,
  data,
});

describe('writeNifti', () => {
  test.each(ARRAYS)('stores a %s as it is, and reads back the same', (_, data, code) => {
    const file = writeNifti(volumeOf(data));
    expect(file).toHaveLength(352 + data.byteLength);
    expect(readNiftiHeader(file)).toMatchObject({ version: 1, shape: [8, 9, 10], datatype: code, dataOffset: 352 });
    expect(Array.from(readNifti(file).data)).toEqual(Array.from(data, Math.fround));
  });

  test('keeps an oblique affine, in sform and in qform', () => {
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    const affine = [-0.9 * c, 0.9 * s, 0, 80, -0.9 * s, -0.9 * c, 0, 90.5, 0, 0, 5.5, -40, 0, 0, 0, 1];
    const file = writeNifti(volumeOf(new Uint8Array(720), affine));
    const qformOnly = file.slice();
    qformOnly[254] = 0; // sform_code
    for (const bytes of [file, qformOnly])
      readNiftiHeader(bytes).affine.forEach((x, n) => {
        expect(x).toBeCloseTo(affine[n], 5);
      });
  });

  test('leaves the qform out where the affine is sheared', () => {
    const sheared = [1, 0.2, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const file = writeNifti(volumeOf(new Uint8Array(720), sheared));
    expect([file[252], file[254]]).toEqual([0, 1]);
    expect(readNiftiHeader(file).affine[1]).toBeCloseTo(0.2, 6);
  });

  test('writes no text but the magic', () => {
    const file = writeNifti(volumeOf(new Uint8Array(720)));
    const texts = [file.slice(4, 40), file.slice(148, 252), file.slice(328, 344)]; // data_type, descrip …, intent_name
    for (const text of texts) expect(text.every((byte) => byte === 0)).toBe(true);
    expect(String.fromCharCode(...file.slice(344, 348))).toBe('n+1\0');
  });

  test('tells readers to scale, and stores unscaled', () => {
    const file = writeNifti(volumeOf(new Uint8Array(720).fill(51)), { scale: { slope: 0.5, inter: 1 } });
    expect(file[352]).toBe(51);
    expect(readNifti(file).data[0]).toBe(26.5);
  });

  test('writes the same bytes for the same volume', () => {
    const data = Float32Array.from({ length: 720 }, (_, n) => Math.sqrt(n));
    expect(writeNifti(volumeOf(data))).toEqual(writeNifti(volumeOf(data.slice())));
  });

  test('refuses a side that the header cannot hold', () => {
    expect(() => writeNifti({ shape: [40000, 1, 1], affine: UNIT_AFFINE, data: new Uint8Array(40000) })).toThrow(
      /40000/,
    );
  });
});
