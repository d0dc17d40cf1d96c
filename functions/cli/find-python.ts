import { NeurotileError } from '../core/errors.ts';
import { runProgram } from './run-program.ts';

const OLDEST = [3, 11] as const;
const EXPECTED = `Python ${OLDEST.join('.')} or newer`;
/** The version that the lock file was made with comes first. */
const USUAL = ['python3.11', 'python3.12', 'python3.13', 'python3', 'python'];

// ensurepip is what venv needs and some distributions pack apart.
const ASK = [
  'import importlib.util as u, sys',
  'print(*sys.version_info[:2])',
  'print(*(m for m in sys.argv[1:] if u.find_spec(m) is None))',
].join('; ');

/**
 * The first of `names` that is a Python of 3.11 or newer with venv.
 * @throws NeurotileError PYTHON, naming what was found instead
 */
export async function findPython(names: readonly string[] = USUAL): Promise<string> {
  const found: string[] = [];
  for (const name of names) {
    const wrong = await whatIsWrong(name, ['venv', 'ensurepip']);
    if (wrong === undefined) return name;
    found.push(wrong);
  }
  throw new NeurotileError('PYTHON', { found: found.join('; '), expected: EXPECTED });
}

/**
 * Whether an interpreter is new enough and has all of these modules; none of them is loaded.
 * @throws NeurotileError PYTHON
 */
export async function checkPython(python: string, modules: readonly string[]): Promise<void> {
  const wrong = await whatIsWrong(python, modules);
  if (wrong === undefined) return;
  throw new NeurotileError('PYTHON', { found: wrong, expected: `${EXPECTED} with ${modules.join(', ')}` });
}

async function whatIsWrong(python: string, modules: readonly string[]): Promise<string | undefined> {
  const lines: string[] = [];
  const ending = await runProgram(python, ['-c', ASK, ...modules], { onLine: (l) => lines.push(l) }).catch(
    () => undefined,
  );
  if (ending?.status !== 0) return `no ${python} that runs`;
  const [major, minor] = lines[0].split(' ').map(Number);
  if (major !== OLDEST[0] || minor < OLDEST[1]) return `${python} is Python ${major}.${minor}`;
  return lines[1] ? `${python} is without ${lines[1].split(' ').join(', ')}` : undefined;
}
