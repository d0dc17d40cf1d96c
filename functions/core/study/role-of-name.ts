import type { SequenceName } from './sequence-names.ts';

/** What a file is in its study; undefined where its name does not tell. */
export type Role = SequenceName | 'reference' | undefined;

const REFERENCE = /^(seg|dseg|segmentation|labels?)$/;
/** What belongs to an image and is none: brain masks, probabilities, and maps that are measured, not weighted. */
const DERIVED =
  /^(mask|brainmask|probseg|aseg|aparc\w*|pred|prediction|uncertainty|t[12]?(map|rho|star\w*)|t2s|r2s|swi)$/;

/** `ax` of AxT1, `3d` of 3DT1; then the sequence; then what is left of the word. */
const WORD = /^(?:ax|axial|sag|sagittal|cor|coronal|tra|trans|3d|2d)*(t1|t2)(.*)$/;
const PLAIN = /^(w|wi|weighted|n|native|pre|se|tse|fse|ffe|tfe|spc|space|mpr|mprage|spgr|bravo|vibe|3d)*$/;
const GIVEN = /^(w|wi)?(c|ce|cw|cew|gd|gad|gado|post|postcontrast|contrast|km)?\+?(c|gd|gad)?\+?$/;
const T1_ALONE = /^(mprage|mpr|spgr|bravo)$/;

/** Words that say that contrast agent was given, beside a T1; `c` right behind it too. */
const CONTRAST = /^(ce|gd|gad|gado|gadolinium|postcontrast|postgad|postgd|contrast|enhanced|km|c\+|\+c|\+gd|gd\+)$/;
const NO_CONTRAST = /^(pre|precontrast|pregad|native|plain|noncontrast|nocontrast|unenhanced|without|non|no)$/;

/**
 * Reads one file's name. BraTS: `…_t1`, `…_t1ce`, `…_t2`, `…_flair`, `…_seg`, and since 2023 `…-t1n`, `…-t1c`, `…-t2w`,
 * `…-t2f`, `…-seg`. BIDS: the suffixes T1w, T2w, FLAIR, dseg, with `ce-…` for contrast. Others: words in the name, such
 * as `T1_post`, `T1+C`, `AXIAL T1 C+`, `Ax T2 FLAIR`, `t1_gd`.
 *
 * @param name without its folder
 */
export function roleOfName(name: string): Role {
  const words = wordsOf(name);
  if (words.some((word) => DERIVED.test(word))) return undefined;
  if (words.some((word) => REFERENCE.test(word))) return 'reference';
  return sequenceOf(words);
}

/** Lower-case words, without what names a space: "flair_to_t1", and BIDS's `space-T1w`, are no T1. */
function wordsOf(name: string): string[] {
  const stem = name.toLowerCase().replace(/\.nii(\.gz)?$/, '');
  const words = stem
    .replace(/(?<=^|_)(space|res|den|run|echo|sub|ses)-[^_]*/g, '')
    .split(/[^\p{L}\p{N}+]+/u)
    .filter((word) => word !== '');
  const target = words.findIndex((word, n) => n > 0 && /^(to|in|into|onto)$/.test(word));
  return target < 0 ? words : words.slice(0, target);
}

function sequenceOf(words: readonly string[]): Role {
  const at = words.findLastIndex((word) => weightOf(word) !== undefined);
  const weight = at < 0 ? undefined : weightOf(words[at]);
  const isFlair = words.some((word) => /flair|^tirm$/.test(word)) || /dark\W?fluid/.test(words.join(' '));
  // "T1 FLAIR" is T1-weighted, "T2 FLAIR" is what everybody calls FLAIR.
  if (isFlair && weight !== 'T1' && weight !== 'T1ce') return 'FLAIR';
  if (weight !== 'T1') return weight;
  return hasContrast(words, at) ? 'T1ce' : 'T1';
}

/** What one word says, such as `t1w`, `t1gd`, `t2f`, `axt2`. */
function weightOf(word: string): SequenceName | undefined {
  if (T1_ALONE.test(word)) return 'T1';
  const [, weight, rest] = WORD.exec(word) ?? [];
  if (weight === undefined) return undefined;
  if (weight === 't2') return /^(f|w?flair)$/.test(rest) ? 'FLAIR' : PLAIN.test(rest) ? 'T2' : undefined;
  return PLAIN.test(rest) || /^w?flair$/.test(rest) ? 'T1' : GIVEN.test(rest) ? 'T1ce' : undefined;
}

/** `at`: the word that says T1. "post" alone means contrast, "post op" an operation. */
function hasContrast(words: readonly string[], at: number): boolean {
  if (words.some((word) => NO_CONTRAST.test(word))) return false;
  const isPost = words.some((word, n) => word === 'post' && !/^op/.test(words[n + 1] ?? ''));
  return isPost || words[at + 1] === 'c' || words.some((word) => CONTRAST.test(word));
}
