import { join } from 'node:path';
import { NeurotileError } from '../core/errors.ts';
import { pythonEnvironment, TRAINING_FOLDER } from './python-environment.ts';
import { runProgram } from './run-program.ts';

/** What a source does not tell of itself, or tells otherwise than the user knows it to be. */
export interface Told {
  /** nnU-Net: a fold's number, or `all` for the mean of all folds. */
  readonly fold?: string;
  /** Where i, j, k of the training data's files increase, such as "LPS". */
  readonly axes?: string;
  /** Input channels in order: "T1,T1ce,T2,FLAIR". */
  readonly sequences?: string;
  /** The source's labels as BraTS's: "1=2,2=1,3=4". */
  readonly labels?: string;
  /** Region outputs in order: "WT,TC,ET". */
  readonly regions?: string;
}

/** What is asked of the Python side: `convert` a source into a folder, or `predict` a study by the source's own framework. */
export type ImportWork =
  | readonly ['convert', source: string, out: string]
  | readonly ['predict', source: string, study: string, reference: string, mask: string];

export type AskImporter = (work: ImportWork, told: Told) => Promise<Record<string, unknown>>;

const ANSWER = 'neurotile: ';
const MODULES = ['torch', 'monai', 'nnunetv2', 'nibabel', 'onnx', 'onnxruntime'];

/**
 * The Python program that knows other frameworks, in an environment that has them.
 * @throws NeurotileError PYTHON, PYTHON_SETUP; what is returned throws IMPORT for what cannot be taken, and INTERNAL
 */
export async function openImporter(given: { python?: string; say?: (line: string) => void }): Promise<AskImporter> {
  const lockFile = join(TRAINING_FOLDER, 'requirements-import.txt');
  const { python } = await pythonEnvironment({ ...given, lockFile, modules: MODULES });
  return async (work, told) => {
    const options = Object.entries(told).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    );
    let answer: { refused?: { found: string; expected: string } } | undefined;
    const { status, isStopped, lastWords } = await runProgram(python, ['-m', 'importing', ...work, ...options], {
      environment: { PYTHONPATH: TRAINING_FOLDER },
      onLine: (line) => {
        if (line.startsWith(ANSWER)) answer = JSON.parse(line.slice(ANSWER.length));
      },
    });
    if (answer?.refused) throw new NeurotileError('IMPORT', answer.refused);
    if (status === 0 && answer) return answer;
    const found = isStopped ? 'it was stopped' : (lastWords.at(-1) ?? `exit status ${status}`);
    throw new NeurotileError('INTERNAL', { file: `import, ${work[0]}`, found });
  };
}
