import type { Manifest, Pinned, PinnedSequence } from '../contract/documents.ts';
import { entriesOf, type Sequence } from '../contract/model.ts';
import { LIMITS } from '../contract/stages.ts';
import { NeurotileError } from '../core/errors.ts';
import { readNifti } from '../core/nifti/read-nifti.ts';
import { NIFTI_HEADER_BYTES, type NiftiHeader, readNiftiHeader } from '../core/nifti/read-nifti-header.ts';
import { type CheckedVoxels, checkVoxels } from '../core/study/check-voxels.ts';
import type { Volume } from '../core/volume/volume.ts';
import type { Ports } from './ports.ts';

/** What may follow the voxels without being counted as a bomb: some writers pad. */
const SLACK_BYTES = 64 * 1024;

/** The bytes of a pinned object: that version, whatever was uploaded since. */
export async function readPinned(pinned: Pinned, ports: Ports): Promise<Uint8Array> {
  const object = await ports.studies.get(pinned.key, pinned.version);
  if (!object) throw new NeurotileError('INTERNAL', { file: pinned.name, found: 'a pinned version that is gone' });
  return object.bytes;
}

/**
 * A NIfTI file as stored -> its header and inflated bytes. Size is bounded on the header before memory is, and again
 * while inflating.
 * @throws NeurotileError as `readNiftiHeader`; TOO_LARGE, NOT_GZIP_OR_TRUNCATED
 */
export async function inflateNifti(
  stored: Uint8Array,
  { codec }: Pick<Ports, 'codec'>,
): Promise<{ header: NiftiHeader; bytes: Uint8Array }> {
  if (stored.length > LIMITS.fileBytes)
    throw new NeurotileError('TOO_LARGE', { found: `${stored.length} bytes`, expected: `at most ${LIMITS.fileBytes}` });
  const isGzip = stored[0] === 0x1f && stored[1] === 0x8b;
  const head = isGzip ? await codec.gunzipHead(stored, NIFTI_HEADER_BYTES) : stored;
  const header = readNiftiHeader(head, { maxVoxels: LIMITS.voxels, maxBytes: LIMITS.fileBytes });
  if (!isGzip) return { header, bytes: stored };
  return { header, bytes: await codec.gunzip(stored, header.dataOffset + header.dataBytes + SLACK_BYTES) };
}

/** One sequence as float32, with non-finite voxels outside the brain zeroed; errors name the file. */
export async function loadSequence(pinned: PinnedSequence, ports: Ports): Promise<CheckedVoxels> {
  const load = async () => {
    const { bytes } = await inflateNifti(await readPinned(pinned, ports), ports);
    return checkVoxels(readNifti(bytes, { volume: pinned.volume }));
  };
  return named(pinned.name, () => ports.recent(`${pinned.sha256}/${pinned.volume}`, load));
}

/** A mask as its labels. */
export async function loadMask(pinned: Pinned, ports: Ports): Promise<Volume> {
  return named(pinned.name, async () => {
    const { bytes } = await inflateNifti(await readPinned(pinned, ports), ports);
    return readNifti(bytes);
  });
}

/** Runs a step whose errors should name a file. */
export async function named<T>(file: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof NeurotileError ? error.in(file) : error;
  }
}

/** Every sequence of a study. */
export async function loadSequences({ sequences }: Manifest, ports: Ports): Promise<Map<Sequence, Volume>> {
  const loaded = entriesOf(sequences).map(async ([s, file]) => [s, (await loadSequence(file, ports)).volume] as const);
  return new Map(await Promise.all(loaded));
}
