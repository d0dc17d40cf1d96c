/**
 * Everything that can be wrong with what a user gave us, or with us, by code.
 * `refused`: the input is at fault and only the uploader can mend it. `failed`: we are at fault.
 * `what` and `remedy` complete the message; docs/errors.md is made from this table.
 */
export const ERRORS = {
  NOT_GZIP_OR_TRUNCATED: {
    kind: 'refused',
    what: 'the compressed file is damaged or incomplete',
    remedy: 'Upload the file again; compare its size with the original.',
  },
  TOO_LARGE: {
    kind: 'refused',
    what: 'the file is larger than a study may be',
    remedy: 'Resample or crop the volume, or upload one study at a time.',
  },
  NOT_NIFTI: {
    kind: 'refused',
    what: 'the file is not a NIfTI-1 or NIfTI-2 image',
    remedy: 'Convert the images to NIfTI (.nii or .nii.gz), for instance with dcm2niix.',
  },
  NIFTI_DATATYPE: {
    kind: 'refused',
    what: 'the voxel type is not numeric and real',
    remedy: 'Save the image with an integer or floating-point type of 8 to 64 bits.',
  },
  NIFTI_TRUNCATED: {
    kind: 'refused',
    what: 'the file holds fewer voxels than its header promises',
    remedy: 'Upload the file again; it was cut off, or its header is wrong.',
  },
  NIFTI_AFFINE: {
    kind: 'refused',
    what: 'the header has no usable orientation',
    remedy: 'Set a qform or sform with non-zero voxel sizes.',
  },
  NIFTI_SHAPE: {
    kind: 'refused',
    what: 'the image is not a volume',
    remedy: 'Upload 3D volumes of at least 8 voxels a side (or one 4D file with the four sequences).',
  },
  NOT_FINITE: {
    kind: 'refused',
    what: 'there are NaN or infinite values inside the brain',
    remedy: 'Repair or export the image again; outside the brain such values are taken as zero.',
  },
  NO_BRAIN: {
    kind: 'refused',
    what: 'there is no signal in the image',
    remedy: 'Check the export: every voxel has the same value.',
  },
  SEQUENCE_TWICE: {
    kind: 'refused',
    what: 'two files claim one sequence',
    remedy: 'Leave one of them, or name each file in study.json.',
  },
  SEQUENCE_MISSING: {
    kind: 'refused',
    what: 'a sequence that the model needs is missing',
    remedy: 'Add the file, or name it in study.json, or choose a model that does without.',
  },
  SEQUENCE_UNKNOWN: {
    kind: 'refused',
    what: 'it is not clear which sequence a file holds',
    remedy:
      'Name files by BIDS (_T1w, _ce-gadolinium_T1w, _T2w, _FLAIR) or BraTS (_t1, _t1ce, _t2, _flair), or write a study.json.',
  },
  STUDY_JSON: {
    kind: 'refused',
    what: 'study.json does not say what it should',
    remedy: 'See docs/overview.md for its fields.',
  },
  STUDY_EMPTY: { kind: 'refused', what: 'there is no image in the study', remedy: 'Put NIfTI files in the folder.' },
  GRIDS_APART: {
    kind: 'refused',
    what: 'two sequences do not overlap in space',
    remedy: 'Check that both come from one examination and that their orientation headers are right.',
  },
  REFERENCE_GRID: {
    kind: 'refused',
    what: 'the reference mask lies on another grid than the reference sequence',
    remedy: 'Resample the mask onto the reference sequence (nearest neighbour).',
  },
  REFERENCE_LABELS: {
    kind: 'refused',
    what: 'the reference mask has labels that its table lacks',
    remedy: 'Name the label table in study.json ("brats" or "msd"), or mend the mask.',
  },
  NAME: {
    kind: 'refused',
    what: 'a name cannot be used',
    remedy: 'Rename it: no "..", no empty part, no control characters, at most 900 bytes.',
  },
  MODEL: {
    kind: 'refused',
    what: 'the model cannot be used',
    remedy: 'Choose one of the models that "neurotile model list" shows.',
  },
  IMPORT: {
    kind: 'refused',
    what: 'the model cannot be imported',
    remedy:
      'docs/import.md says what can be taken; what a source does not tell can be said: --sequences, --labels, --regions, --axes.',
  },
  IMPORT_DIFFERS: {
    kind: 'refused',
    what: 'the imported model says something else than in its own framework',
    remedy: 'Check --axes and --sequences, and that the study is one of the kind that the model was trained on.',
  },
  PYTHON: {
    kind: 'refused',
    what: 'there is no Python that can be used',
    remedy: 'Install Python 3.11 or newer with its venv module, or name an interpreter: --python or NEUROTILE_PYTHON.',
  },
  DATASET: {
    kind: 'refused',
    what: 'the dataset cannot be trained on',
    remedy: 'Mend dataset.json, or the files that it names; docs/fine-tuning.md says what they have to be.',
  },
  OUT_TAKEN: {
    kind: 'refused',
    what: 'the out folder holds something else',
    remedy: 'Name another folder with --out, or empty this one.',
  },
  GATE: {
    kind: 'refused',
    what: 'the model has not passed the gate',
    remedy: 'See "neurotile model versions" for its numbers; --without-gate puts it into service all the same.',
  },
  CREDENTIALS: {
    kind: 'refused',
    what: 'there are no AWS credentials that work',
    remedy: 'Sign in (aws sso login, AWS_PROFILE, or keys in the environment), then see "neurotile doctor".',
  },
  ACCESS_DENIED: {
    kind: 'refused',
    what: 'AWS does not allow it',
    remedy: 'Ask whoever looks after the account for that right, on the buckets and queues of the stack.',
  },
  STACK_UNKNOWN: {
    kind: 'refused',
    what: 'there is no such stack in this account and region',
    remedy: 'Name it with --stack or NEUROTILE_STACK, choose the region with AWS_REGION, or deploy it first.',
  },
  STUDY_UNKNOWN: {
    kind: 'refused',
    what: 'there is no such study',
    remedy: 'See "neurotile status" for the names of those there are.',
  },
  NOTHING_TO_SCORE: {
    kind: 'refused',
    what: 'there is nothing to score',
    remedy: 'Call masks what the studies of their references are called; see docs/evaluate.md.',
  },
  NO_RESULT: {
    kind: 'refused',
    what: 'the study has no result yet',
    remedy: 'Wait for it with "neurotile watch".',
  },
  PYTHON_SETUP: {
    kind: 'failed',
    what: 'the Python environment could not be made',
    remedy: 'Check the network and what pip is told (pip config list), then run it again.',
  },
  TRAINING: {
    kind: 'failed',
    what: 'training did not end',
    remedy: 'Run the same command again: it goes on where it stopped.',
  },
  TRAINING_JOB: {
    kind: 'failed',
    what: 'the training job did not come to a model',
    remedy:
      'Mend what is named, or see the log in CloudWatch (/aws/sagemaker/TrainingJobs), and upload dataset.json again.',
  },
  REGISTRATION: {
    kind: 'failed',
    what: 'registration did not end',
    remedy: 'Run it again; if it stays so, please report the study.',
  },
  PREDICTOR_UNAVAILABLE: {
    kind: 'failed',
    what: 'the model did not answer in time',
    remedy: 'Run it again: what is done stays done.',
  },
  PREDICTION: {
    kind: 'failed',
    what: 'the model answered with something else than asked',
    remedy: 'Check that the container serves the model that the plan pins.',
  },
  STALLED: {
    kind: 'failed',
    what: 'the study stopped moving',
    remedy: 'Run it again: what is done stays done; if it stays so, please report it.',
  },
  UNREACHABLE: {
    kind: 'failed',
    what: 'AWS could not be reached',
    remedy: 'Check the network and try again: what is done stays done.',
  },
  INTERNAL: {
    kind: 'failed',
    what: 'something broke on our side',
    remedy: 'Run it again: what is done stays done; if it stays so, please report it.',
  },
} as const satisfies Record<string, { kind: 'refused' | 'failed'; what: string; remedy: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** What an error names beside its code: where, what was found and what was expected. */
export interface ErrorFields {
  /** File or object, as its owner named it. May name a patient: never log it. */
  file?: string;
  found?: string;
  expected?: string;
}

/** One coded error: `core` throws it, `pipeline` adds the file, handlers and the CLI show it. */
export class NeurotileError extends Error {
  readonly code: ErrorCode;
  readonly fields: ErrorFields;

  constructor(code: ErrorCode, fields: ErrorFields = {}, cause?: unknown) {
    super(messageOf(code, fields), cause === undefined ? undefined : { cause });
    this.name = 'NeurotileError';
    this.code = code;
    this.fields = fields;
  }

  get kind(): 'refused' | 'failed' {
    return ERRORS[this.code].kind;
  }

  /** The same error, with the file that a caller further up knows; a file that is named already stays. */
  in(file: string): NeurotileError {
    return this.fields.file ? this : new NeurotileError(this.code, { ...this.fields, file }, this.cause);
  }
}

function messageOf(code: ErrorCode, { file, found, expected }: ErrorFields): string {
  const { what, remedy } = ERRORS[code];
  const where = file ? `${file}: ${what}` : what.charAt(0).toUpperCase() + what.slice(1);
  const facts = [found && `found ${found}`, expected && `expected ${expected}`].filter(Boolean).join(', ');
  return `${where}${facts && ` (${facts})`}. ${remedy}`;
}
