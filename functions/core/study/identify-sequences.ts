import { NeurotileError } from '../errors.ts';
import { roleOfName } from './role-of-name.ts';
import type { SequenceName } from './sequence-names.ts';

/** What the files of a study seem to be, by their names alone. */
export interface IdentifiedFiles {
  found: Partial<Record<SequenceName, string>>;
  /** A mask drawn by somebody. */
  reference?: string;
  /** The only image, whose name tells nothing: a 4D file, if its header agrees. */
  fourD?: string;
  /** Images that are used for nothing, in the order given. */
  ignored: string[];
}

/**
 * Tells which file is which sequence, by the habits of BraTS, BIDS and plain names such as `T1_post.nii.gz`. Files that
 * are no NIfTI (sidecars, notes) and hidden files count for nothing.
 *
 * @param names relative to the study's folder; folders in them are looked past
 * @throws NeurotileError SEQUENCE_TWICE where two files claim one sequence, or to be the reference mask
 */
export function identifySequences(names: readonly string[]): IdentifiedFiles {
  const found: IdentifiedFiles['found'] = {};
  let reference: string | undefined;
  const ignored: string[] = [];
  const images = names.filter(isImage);
  for (const name of images) {
    const role = roleOfName(baseName(name));
    if (role === undefined) ignored.push(name);
    else if (role === 'reference') reference = claim('the reference mask', reference, name);
    else found[role] = claim(role, found[role], name);
  }
  const isAlone = Object.keys(found).length === 0 && ignored.length === 1 && !isMask(ignored[0]);
  return isAlone ? { found, reference, fourD: ignored[0], ignored: [] } : { found, reference, ignored };
}

const baseName = (name: string) => name.slice(name.lastIndexOf('/') + 1);
const isImage = (name: string) => /\.nii(\.gz)?$/i.test(name) && !baseName(name).startsWith('.');
const isMask = (name: string) => /mask/i.test(baseName(name));

function claim(what: string, first: string | undefined, name: string): string {
  if (first === undefined) return name;
  throw new NeurotileError('SEQUENCE_TWICE', { found: `${first} and ${name}, both ${what}`, expected: 'one file' });
}
