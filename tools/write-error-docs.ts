/** Writes docs/errors.md from the table of errors: `npx tsx tools/write-error-docs.ts`. A test holds the two together. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ERRORS, type ErrorCode, type ErrorFields, NeurotileError } from '../functions/core/errors.ts';

/** One message of each code, with values as they come. */
const EXAMPLES: Readonly<Record<ErrorCode, ErrorFields>> = {
  NOT_GZIP_OR_TRUNCATED: {
    file: 't1.nii.gz',
    found: '81920 bytes, then "unexpected end of file"',
    expected: 'a gzip stream to its end',
  },
  TOO_LARGE: {
    file: 't1.nii.gz',
    found: '2048 × 2048 × 512 = 2147483648 voxels',
    expected: 'at most 50331648 voxels',
  },
  NOT_NIFTI: {
    file: 't1.nii',
    found: 'the header of an .hdr/.img pair, magic "ni1"',
    expected: 'a single-file NIfTI with magic "n+1" or "n+2"',
  },
  NIFTI_DATATYPE: {
    file: 't1.nii.gz',
    found: 'complex64 (code 32)',
    expected: 'an integer or floating-point type of 8 to 64 bits',
  },
  NIFTI_TRUNCATED: {
    file: 't1.nii',
    found: '9000000 bytes',
    expected: '17856352 for 240 × 240 × 155 voxels',
  },
  NIFTI_AFFINE: {
    file: 't1.nii.gz',
    found: '[1 0 0 0] [0 1 0 0] [0 0 0 0]',
    expected: 'finite numbers, and three axes that span space',
  },
  NIFTI_SHAPE: {
    file: 't1.nii.gz',
    found: '240 × 240 × 1',
    expected: '3 or 4 dimensions, the first three of at least 8 voxels',
  },
  NOT_FINITE: {
    file: 'flair.nii.gz',
    found: '12 of them, the first NaN at voxel (120, 98, 70)',
    expected: 'finite numbers',
  },
  NO_BRAIN: { file: 't2.nii.gz', found: '0 in every finite voxel', expected: 'at least two values' },
  SEQUENCE_TWICE: { found: 't1gd.nii.gz and t1_post.nii.gz, both T1ce', expected: 'one file' },
  SEQUENCE_MISSING: {
    found: 't1.nii.gz, t2.nii.gz, flair.nii.gz',
    expected: 'T1, T1ce, T2, FLAIR (missing: T1ce)',
  },
  SEQUENCE_UNKNOWN: {
    file: 'series7.nii.gz',
    found: 'a name that tells nothing',
    expected: 'T1, T1ce, T2, FLAIR (missing: T1ce)',
  },
  STUDY_JSON: { file: 'study.json', found: 'labelTable = "fets"', expected: 'brats, msd' },
  STUDY_EMPTY: { found: '3 other files' },
  GRIDS_APART: { file: 't2.nii.gz', found: '0 % of it over t1ce.nii.gz', expected: 'an overlap' },
  REFERENCE_GRID: {
    file: 'seg.nii.gz',
    found: '240 × 240 × 154 voxels',
    expected: '240 × 240 × 155 voxels',
  },
  REFERENCE_LABELS: { file: 'seg.nii.gz', found: 'label 5', expected: '0, 1, 2, 3, 4 of table "brats"' },
  NAME: { found: '"../t1.nii.gz", with ".."', expected: 'a relative name without that' },
  MODEL: { found: '"unet-4d"', expected: 'a model that is here' },
  IMPORT: { found: 'the 2D configuration 2d', expected: 'a 3D one, such as 3d_fullres' },
  IMPORT_DIFFERS: { found: 'TC Dice 0.3120, WT Dice 0.8741, ET Dice 0.2977', expected: 'at least 0.98' },
  PYTHON: { found: 'Python 3.9 as python3', expected: 'Python 3.11 or newer' },
  DATASET: { file: 'dataset.json', found: '"training" with no items', expected: 'one labelled study or more' },
  OUT_TAKEN: { file: 'our-model', found: 'a model that another command made' },
  GATE: { found: 'whole tumour: the Dice may fall by 0.034; the margin is 0.01' },
  CREDENTIALS: { found: 'a session that has expired' },
  ACCESS_DENIED: { found: 'no right to s3:PutObject' },
  STACK_UNKNOWN: { found: 'no "NeurotilePipeline" in eu-central-1' },
  STUDY_UNKNOWN: { found: '"sub-07"' },
  NOTHING_TO_SCORE: { file: 'masks', found: 'masks of "case-1" …', expected: 'names such as "sub-07"' },
  NO_RESULT: { found: '"sub-07": infer 12 of 40' },
  PYTHON_SETUP: { found: 'pip: no address for the package index' },
  TRAINING: { found: 'exit status 1: RuntimeError: out of memory' },
  TRAINING_JOB: { found: 'Failed, Failed: ExitCode 1: DatasetError: p07: label grid (8, 8, 8) is not the image grid' },
  REGISTRATION: { file: 't2.nii.gz', found: 'no transform' },
  PREDICTOR_UNAVAILABLE: { found: 'no prediction after 6 hours' },
  PREDICTION: { found: 'shape 1 × 3 × 64 × 64 × 64', expected: '1 × 3 × 96 × 96 × 96' },
  UNREACHABLE: { found: 'no address for s3.eu-central-1.amazonaws.com' },
  STALLED: {
    found: 'nothing new for 17 hours before the stage reduce',
    expected: 'progress after one of 5 attempts to move it',
  },
  INTERNAL: { found: 'a pinned version that is gone' },
};

/** The page, as Markdown. */
export function errorDocs(): string {
  return `# Errors

Every refusal has a code. It stands in the terminal and in \`error.json\`, with what was found and what was expected.
Written by \`npx tsx tools/write-error-docs.ts\` from \`functions/core/errors.ts\`: change it there.

\`error.json\` lies in the study's own results: \`results/<study>/error.json\`. Where the study's name can be no part of
a key (code \`NAME\`: "..", control characters, more than 900 bytes), it is \`results/_unnamed/<hash>/error.json\`: the
first 32 hex digits of the sha256 of the name, which the document tells.

## Refused: the input has to be mended

Exit status 2. Nothing else is disturbed: other studies go on, and a mended upload is a new run.

${table('refused')}
## Failed: our side

Exit status 1. What is done stays done; the same study can be run again. A dead letter ends as \`INTERNAL\`, a run that
does not move, whatever event was lost, is sent on its way five times and ends as \`STALLED\`, and a tile that an endpoint
fails on three times as \`PREDICTION\`.

${table('failed')}`;
}

function table(kind: 'refused' | 'failed'): string {
  const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].kind === kind);
  const head = '| code | when | what it says, for instance | what to do |\n| --- | --- | --- | --- |\n';
  return head + codes.map(row).join('');
}

function row(code: ErrorCode): string {
  const { what, remedy } = ERRORS[code];
  const { message } = new NeurotileError(code, EXAMPLES[code]);
  const example = message.slice(0, message.length - remedy.length).trim();
  return `| \`${code}\` | ${[what, example, remedy].map((text) => text.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(join(import.meta.dirname, '../docs/errors.md'), errorDocs());
