import type { Manifest, Pinned, StudyFile } from '../contract/documents.ts';
import { incomingPrefix } from '../contract/keys.ts';
import { type LabelTable, type ModelSpec, SEQUENCES, type Sequence } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { checkName } from '../core/study/check-name.ts';
import { identifySequences } from '../core/study/identify-sequences.ts';
import { parseStudyFile } from '../core/study/parse-study-file.ts';
import type { ObjectInfo, Ports } from './ports.ts';

export const STUDY_FILE = 'study.json';

/** A study without `study.json` is complete when its sequences are there and nothing new came for so long. */
const QUIET_MS = 2 * 60_000;

/** The objects of one study, and what its uploader says of them. */
export interface StudyFiles {
  study: string;
  /** By name inside the study's folder; folder objects and study.json left out. */
  objects: ReadonlyMap<string, ObjectInfo>;
  studyFile?: StudyFile;
}

/**
 * What lies in a study's folder.
 * @throws NeurotileError NAME, STUDY_JSON
 */
export async function listStudy(study: string, ports: Ports): Promise<StudyFiles> {
  checkName(study);
  const prefix = incomingPrefix(study);
  const objects = new Map<string, ObjectInfo>();
  for (const object of await ports.studies.list(prefix)) {
    const name = object.key.slice(prefix.length);
    if (name === '' || name.endsWith('/')) continue;
    objects.set(checkName(name), object);
  }
  const said = objects.delete(STUDY_FILE) ? await ports.studies.get(prefix + STUDY_FILE) : undefined;
  const studyFile = said && parseStudyFile(new TextDecoder().decode(said.bytes));
  // What study.json lists is the study; left-overs of an earlier upload are not.
  const listed = studyFile?.files && new Set(studyFile.files.map((f) => f.name));
  if (listed) for (const name of objects.keys()) if (!listed.has(name)) objects.delete(name);
  return { study, objects, studyFile };
}

/** What a study still waits for; empty when it is complete. Contents are compared later, as they are read. */
export function missingFrom({ objects, studyFile }: StudyFiles, model: ModelSpec, nowMs: number): string[] {
  if (studyFile?.files)
    return studyFile.files
      .filter((f) => objects.get(f.name)?.bytes !== f.bytes)
      .map((f) => `${f.name}, ${f.bytes} bytes`);
  if (studyFile) return [];
  const { found, fourD } = identifySequences([...objects.keys()]);
  const missing = fourD ? [] : model.sequences.filter((s) => !found[s]);
  if (missing.length > 0) return missing;
  const newest = Math.max(...[...objects.values()].map((o) => o.storedMs));
  return nowMs - newest < QUIET_MS ? ['two minutes without a new file, or study.json'] : [];
}

/** Which file is what, before any of it is read. */
export interface Roles {
  sequences: Partial<Record<Sequence, { name: string; volume: number }>>;
  referenceSequence: Sequence;
  reference?: string;
  labelTable: LabelTable;
}

/** Medical Decathlon's brain tumour channels. */
const DECATHLON_ORDER: readonly Sequence[] = ['FLAIR', 'T1', 'T1ce', 'T2'];

/**
 * Gives every sequence that the model needs its file: as study.json says, else by the names.
 * @throws NeurotileError STUDY_EMPTY, SEQUENCE_TWICE, SEQUENCE_MISSING, SEQUENCE_UNKNOWN, STUDY_JSON
 */
export function assignRoles({ objects, studyFile = {} }: StudyFiles, model: ModelSpec): Roles {
  const names = [...objects.keys()];
  if (!names.some(isImage)) throw new NeurotileError('STUDY_EMPTY', { found: `${names.length} other files` });
  const isSaid = studyFile.sequences !== undefined || studyFile.fourD !== undefined;
  const named = isSaid ? undefined : identifySequences(names);
  const fourD: StudyFile['fourD'] = studyFile.fourD ?? (named?.fourD ? { file: named.fourD } : undefined);
  const found = studyFile.sequences ?? named?.found ?? {};

  const sequences: Roles['sequences'] = {};
  if (fourD)
    for (const [volume, s] of (fourD.order ?? DECATHLON_ORDER).entries()) sequences[s] = { name: fourD.file, volume };
  else for (const s of SEQUENCES) if (found[s]) sequences[s] = { name: found[s], volume: 0 };

  const reference = studyFile.reference ?? named?.reference;
  const used = [...Object.values(sequences).map((s) => s.name), reference];
  const missing = model.sequences.filter((s) => !sequences[s]);
  const unclear = names.filter((name) => isImage(name) && !used.includes(name));
  if (missing.length > 0) throw missingSequence(missing, unclear, names, model);
  for (const name of used)
    if (name !== undefined && !objects.has(name))
      throw new NeurotileError('STUDY_JSON', { file: STUDY_FILE, found: `the file ${name}, which is not there` });

  return {
    sequences: Object.fromEntries(model.sequences.map((s) => [s, sequences[s]])),
    referenceSequence: referenceSequenceOf(studyFile, model),
    reference,
    labelTable: studyFile.labelTable ?? (fourD ? 'msd' : 'brats'),
  };
}

const isImage = (name: string) => /\.nii(\.gz)?$/i.test(name);

function missingSequence(
  missing: readonly Sequence[],
  unclear: readonly string[],
  names: readonly string[],
  model: ModelSpec,
): NeurotileError {
  const expected = `${model.sequences.join(', ')} (missing: ${missing.join(', ')})`;
  return unclear.length >= missing.length
    ? new NeurotileError('SEQUENCE_UNKNOWN', { file: unclear.join(', '), found: 'a name that tells nothing', expected })
    : new NeurotileError('SEQUENCE_MISSING', { found: names.join(', '), expected });
}

function referenceSequenceOf({ referenceSequence }: StudyFile, model: ModelSpec): Sequence {
  if (referenceSequence === undefined) return model.sequences.includes('T1ce') ? 'T1ce' : model.sequences[0];
  if (model.sequences.includes(referenceSequence)) return referenceSequence;
  throw new NeurotileError('STUDY_JSON', {
    file: STUDY_FILE,
    found: `referenceSequence ${referenceSequence}`,
    expected: `one of the model's sequences: ${model.sequences.join(', ')}`,
  });
}

/**
 * Pins a file of the study to the version that lies there now, and its content; where study.json gives a sha256, it
 * has to match.
 * @throws NeurotileError STUDY_JSON when the content is not what study.json says.
 */
export async function pinFile(name: string, files: StudyFiles, ports: Ports): Promise<Pinned> {
  const key = incomingPrefix(files.study) + name;
  const object = await ports.studies.get(key);
  if (!object) throw new NeurotileError('STUDY_JSON', { file: name, found: 'a file that is gone' });
  const sha256 = await ports.codec.sha256(object.bytes);
  const said = files.studyFile?.files?.find((f) => f.name === name)?.sha256;
  if (said !== undefined && said !== sha256)
    throw new NeurotileError('STUDY_JSON', { file: name, found: `sha256 ${sha256}`, expected: said });
  return { name, key, version: object.version, sha256 };
}

export type ManifestDraft = Omit<Manifest, 'run' | 'grids' | 'warnings'>;
