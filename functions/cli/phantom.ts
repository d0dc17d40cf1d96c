import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyFile } from '../contract/documents.ts';
import { writeNifti } from '../core/nifti/write-nifti.ts';
import { PHANTOM_SEQUENCES } from '../core/phantom/contrasts.ts';
import { makePhantom, type PhantomOptions, type PhantomStudy } from '../core/phantom/make-phantom.ts';
import type { Volume } from '../core/volume/volume.ts';
import type { Codec } from '../pipeline/ports.ts';

/** `truth.json` beside a phantom's images: what registration and segmentation should find. */
export interface PhantomTruth {
  /** Reference world point -> this sequence's world point; 16 numbers, row-major, RAS mm. */
  transforms: PhantomStudy['transforms'];
  referenceSequence: PhantomStudy['referenceSequence'];
  /** Reference world points spread over the brain, RAS mm: where registration is judged. */
  brainPoints: PhantomStudy['brainPoints'];
  seed: number | string;
}

export interface WritePhantomOptions extends PhantomOptions {
  /** What the files' names begin with. Default `phantom`. */
  readonly name?: string;
}

export interface WrittenPhantom {
  /** Names inside the folder. */
  files: string[];
  truth: PhantomTruth;
}

/**
 * Makes a phantom and writes it as a study: `<name>_t1.nii.gz`, `_t1ce`, `_t2`, `_flair` (int16), the reference mask
 * `<name>_seg.nii.gz` (uint8, BraTS labels, on T1ce's grid), `truth.json`, and `study.json` last. Overwrites.
 * @param folder made where it is missing
 */
export async function writePhantom(
  folder: string,
  { name = 'phantom', ...options }: WritePhantomOptions,
  { codec }: { codec: Pick<Codec, 'gzip' | 'sha256'> },
): Promise<WrittenPhantom> {
  const phantom = makePhantom(options);
  await mkdir(folder, { recursive: true });
  const truth = truthOf(phantom, options.seed ?? 1);
  const images: { file: string; bytes: Uint8Array }[] = [];
  for (const sequence of PHANTOM_SEQUENCES)
    images.push({
      file: `${name}_${sequence.toLowerCase()}.nii.gz`,
      bytes: await codec.gzip(writeNifti(asInt16(phantom.sequences[sequence]))),
    });
  images.push({ file: `${name}_seg.nii.gz`, bytes: await codec.gzip(writeNifti(phantom.reference)) });
  const files = images.map(({ file }) => file);
  const [t1, t1ce, t2, flair, reference] = files;
  const study: StudyFile = {
    sequences: { T1: t1, T1ce: t1ce, T2: t2, FLAIR: flair },
    reference,
    labelTable: 'brats',
    referenceSequence: phantom.referenceSequence,
    files: await Promise.all(
      images.map(async ({ file, bytes }) => ({ name: file, bytes: bytes.length, sha256: await codec.sha256(bytes) })),
    ),
  };
  for (const { file, bytes } of images) await writeFile(join(folder, file), bytes);
  await writeFile(join(folder, 'truth.json'), json(truth));
  await writeFile(join(folder, 'study.json'), json(study));
  return { files: [...files, 'truth.json', 'study.json'], truth };
}

function truthOf({ transforms, referenceSequence, brainPoints }: PhantomStudy, seed: number | string): PhantomTruth {
  return { transforms, referenceSequence, brainPoints, seed };
}

/** Whole numbers up to 32767 fit as they are. */
function asInt16(volume: Volume<Float32Array>): Volume<Int16Array> {
  return { ...volume, data: Int16Array.from(volume.data) };
}

const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
