import type { Manifest, SequenceTransform, Transforms } from '../contract/documents.ts';
import { artefactKey } from '../contract/keys.ts';
import { entriesOf, type Sequence } from '../contract/model.ts';
import { drawRegistrationCheck } from '../core/image/registration-check.ts';
import { readNifti } from '../core/nifti/read-nifti.ts';
import { writeNifti } from '../core/nifti/write-nifti.ts';
import { resample } from '../core/volume/resample.ts';
import { toInt16 } from '../core/volume/to-int16.ts';
import type { Volume } from '../core/volume/volume.ts';
import { putArtefact } from './artefacts.ts';
import { inflateNifti } from './load-volume.ts';
import type { Ports } from './ports.ts';

/** The registered images and their checkerboards: artefacts for eyes, written by `register`, shown by the report. */

const imageName = (s: Sequence) => `registered/${s}.nii.gz`;
const checkName = (s: Sequence, when: 'before' | 'after') => `registered/${s}-${when}.png`;

/** Names of all of them. */
export function registeredNames({ sequences, referenceSequence }: Transforms): string[] {
  const checks = (s: Sequence) => (s === referenceSequence ? [] : [checkName(s, 'before'), checkName(s, 'after')]);
  return entriesOf(sequences).flatMap(([s]) => [imageName(s), ...checks(s)]);
}

/** Writes one sequence's; what lies there already is left. */
export async function putRegistered(
  manifest: Manifest,
  sequence: Sequence,
  { matrix }: SequenceTransform,
  fixed: Volume,
  moving: Volume,
  ports: Ports,
): Promise<void> {
  const { study, run, referenceSequence } = manifest;
  const isThere = async (name: string) => (await ports.studies.head(artefactKey(study, run, name))) !== undefined;
  const put = (name: string, bytes: Uint8Array) => putArtefact(study, run, name, bytes, ports);
  if (!(await isThere(imageName(sequence)))) {
    const { volume, scale } = toInt16(resample(moving, fixed, matrix));
    const file = writeNifti(volume, { scale });
    const key = artefactKey(study, run, imageName(sequence));
    ports.ahead(key, async () => readNifti(file)); // For `reduce`, as it will lie there.
    await put(imageName(sequence), await ports.codec.gzip(file));
  }
  if (sequence === referenceSequence || (await isThere(checkName(sequence, 'after')))) return;
  const pictures = drawRegistrationCheck(fixed, moving, matrix);
  for (const when of ['before', 'after'] as const) {
    const { data, width, height } = pictures[when];
    await put(checkName(sequence, when), await ports.codec.png(data, width, height));
  }
}

/** One sequence on the reference's grid, as `putRegistered` left it. */
export async function getRegistered({ study, run }: Manifest, sequence: Sequence, ports: Ports): Promise<Volume> {
  const key = artefactKey(study, run, imageName(sequence));
  return ports.recent(key, async () => {
    const object = (await ports.studies.get(key))!;
    return readNifti((await inflateNifti(object.bytes, ports)).bytes);
  });
}

/** One sequence's checkerboards as PNG files. */
export async function getChecks({ study, run }: Manifest, sequence: Sequence, { studies }: Ports) {
  const [before, after] = await Promise.all(
    (['before', 'after'] as const).map((when) => studies.get(artefactKey(study, run, checkName(sequence, when)))),
  );
  return { before: before!.bytes, after: after!.bytes };
}
