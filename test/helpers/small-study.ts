import { createHash } from 'node:crypto';
import type { StudyFile } from '../../functions/contract/documents.ts';
import { incomingPrefix } from '../../functions/contract/keys.ts';
import type { Sequence } from '../../functions/contract/model.ts';
import { writeNifti } from '../../functions/core/nifti/write-nifti.ts';
import { createRandom } from '../../functions/core/random.ts';
import type { Affine, Vec3, Volume } from '../../functions/core/volume/volume.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import { makeVolume } from './factories.ts';

/** BraTS's own orientation: i to the left, j to the back, k up; 1 mm. */
const LPS: Affine = [-1, 0, 0, 10, 0, -1, 0, 12, 0, 0, 1, -8, 0, 0, 0, 1];
const SHAPE: Vec3 = [24, 24, 22];

export interface SmallStudy {
  volumes: Record<Sequence, Volume>;
  /** BraTS labels. */
  reference: Volume<Uint8Array>;
}

/**
 * A brain of 22 voxels with one round lesion right of its middle, for the tiny model: bright FLAIR all over it, a
 * bright T1ce rim, a dark T1 core. Aligned, eight tiles of 16.
 */
export function makeSmallStudy(seed = 1): SmallStudy {
  const random = createRandom(seed);
  const at = (n: Vec3) => Math.hypot((n[0] - 11.5) / 10, (n[1] - 11.5) / 11, (n[2] - 10.5) / 9);
  const lesion = (n: Vec3) => Math.hypot(n[0] - 14, n[1] - 12, n[2] - 11);
  const paint = (value: (r: number) => number) =>
    makeVolume(
      SHAPE,
      (i, j, k) => {
        const n: Vec3 = [i, j, k];
        if (at(n) > 1) return 0;
        const texture = 12 * Math.sin(i / 1.7) * Math.cos(j / 2.3) * Math.sin(k / 1.9 + 1);
        return Math.max(1, Math.round(value(lesion(n)) + texture + 2 * random.normal()));
      },
      LPS,
    );
  const core = 2.2;
  const rim = 3.6;
  const oedema = 6;
  const volumes = {
    T1: paint((r) => (r < core ? 20 : r < rim ? 90 : 120)),
    T1ce: paint((r) => (r < core ? 90 : r < rim ? 320 : 120)),
    T2: paint((r) => (r < oedema ? 260 : 100)),
    FLAIR: paint((r) => (r < oedema ? 300 : 100)),
  };
  const { shape, affine, data } = makeVolume(
    SHAPE,
    (i, j, k) => {
      const r = lesion([i, j, k]);
      return r < core ? 1 : r < rim ? 4 : r < oedema ? 2 : 0;
    },
    LPS,
  );
  return { volumes, reference: { shape, affine, data: Uint8Array.from(data) } };
}

/** The study's files by name: uncompressed NIfTI, BraTS names. */
export function filesOf({ volumes, reference }: SmallStudy, withReference = true): Map<string, Uint8Array> {
  const files = new Map(Object.entries(volumes).map(([s, volume]) => [`x_${s.toLowerCase()}.nii`, writeNifti(volume)]));
  if (withReference) files.set('x_seg.nii', writeNifti(reference));
  return files;
}

/** Puts files where an upload would, study.json last. */
export async function uploadFiles(
  studies: ObjectStore,
  study: string,
  files: ReadonlyMap<string, Uint8Array>,
  said: StudyFile = {},
): Promise<void> {
  const listed = [...files].map(([name, bytes]) => ({
    name,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }));
  for (const [name, bytes] of files) await studies.put(incomingPrefix(study) + name, bytes);
  const text = JSON.stringify({ ...said, files: listed });
  await studies.put(`${incomingPrefix(study)}study.json`, new TextEncoder().encode(text));
}
