import type { Manifest, SequenceTransform, Transforms, Warning } from '../contract/documents.ts';
import { transformsKey } from '../contract/keys.ts';
import type { MessageOf } from '../contract/messages.ts';
import type { Sequence } from '../contract/model.ts';
import { IDENTITY } from '../core/geometry/affine.ts';
import { agree } from '../core/registration/agreement.ts';
import { meanDisplacementMm } from '../core/registration/displacement.ts';
import { mutualInformation } from '../core/registration/mutual-information.ts';
import { resample } from '../core/volume/resample.ts';
import { thinOut } from '../core/volume/thin-out.ts';
import type { Affine, Volume } from '../core/volume/volume.ts';
import { putJsonOnce } from './json.ts';
import { loadSequences } from './load-volume.ts';
import { AGAIN_SOON, DONE, type Ports, type Verdict } from './ports.ts';
import { prepareInputAhead } from './prepare-input.ts';
import { putRegistered } from './registered.ts';
import { manifestOf, transformsOf } from './run-documents.ts';

/**
 * Lays every sequence on the reference sequence by a rigid transform, or leaves it where headers and pixels agree
 * already. Writes the transforms, tells `tile`, and writes the registered images, which are for eyes: the model's
 * tensors are resampled from the originals, once.
 */
export async function register({ run }: MessageOf<'register'>, ports: Ports): Promise<Verdict> {
  const manifest = await manifestOf(run, ports);
  const volumes = await loadSequences(manifest, ports);
  const fixed = volumes.get(manifest.referenceSequence)!;
  const known = await transformsOf(run, ports);

  // A sequence's pictures are drawn once it is found, one after the other, while others are still being registered.
  let pictures = Promise.resolve();
  let done = 0;
  const found = await Promise.all(
    [...volumes].map(async ([sequence, moving]): Promise<[Sequence, SequenceTransform]> => {
      const transform = known?.sequences[sequence] ?? (await findTransform(manifest, sequence, volumes, ports));
      pictures = pictures.then(() => putRegistered(manifest, sequence, transform, fixed, moving, ports));
      pictures.catch(() => {}); // Awaited below; until then another sequence's failure must not leave it unheard.
      ports.log({ stage: 'register', run, message: 'sequences', done: ++done, total: volumes.size });
      return [sequence, transform];
    }),
  );
  const { referenceSequence } = manifest;
  const transforms: Transforms = {
    referenceSequence,
    sequences: Object.fromEntries(found),
    warnings: found.flatMap(doubts),
  };
  prepareInputAhead(manifest, transforms, ports); // Before the last pictures, which nobody waits for.
  const outcome = await putJsonOnce(ports.work, transformsKey(run), transforms);
  if (outcome !== 'conflict') await ports.queue.send({ v: 1, stage: 'tile', run });
  await pictures;
  return outcome === 'conflict' ? AGAIN_SOON : DONE;
}

type Volumes = ReadonlyMap<Sequence, Volume>;

const REFERENCE: SequenceTransform = { matrix: IDENTITY, method: 'reference' };

/** Voxels of the reference that mutual information is told from: more do not change what it tells. */
const MOST_SAMPLES = 1.5e6;

async function findTransform(
  { referenceSequence }: Manifest,
  sequence: Sequence,
  volumes: Volumes,
  ports: Ports,
): Promise<SequenceTransform> {
  if (sequence === referenceSequence) return REFERENCE;
  const [fixed, moving] = [volumes.get(referenceSequence)!, volumes.get(sequence)!];
  const sample = thinOut(fixed, MOST_SAMPLES);
  const informationAt = (matrix: Affine) => mutualInformation(sample, resample(moving, sample, matrix));
  if (agree(fixed, moving)) {
    const stays = informationAt(IDENTITY);
    return { matrix: IDENTITY, method: 'skipped', mutualInformation: { before: stays, after: stays } };
  }
  const registering = ports.registrar.register(fixed, moving);
  registering.catch(() => {}); // Awaited below.
  await undefined; // The other sequences get under way first.
  const before = informationAt(IDENTITY);
  const { matrix } = await registering;
  const after = informationAt(matrix);
  return { matrix, method: 'rigid', mutualInformation: { before, after }, movedMm: meanDisplacementMm(matrix, sample) };
}

function doubts([sequence, { mutualInformation: mi }]: [Sequence, SequenceTransform]): Warning[] {
  if (!mi || mi.after >= mi.before) return [];
  const fell = `from ${mi.before.toFixed(3)} to ${mi.after.toFixed(3)}`;
  const message = `${sequence}: mutual information fell ${fell} by registration; look at its checkerboard.`;
  return [{ code: 'REGISTRATION_DOUBTFUL', message }];
}
