import { CLOUD_USAGES } from './cloud/usages.ts';
import { findCommand, runCommand, usageText } from './command.ts';
import { LOCAL_COMMANDS } from './local-commands.ts';

/** The command line. @returns the exit status */
export async function main(argv: readonly string[]): Promise<number> {
  const local = findCommand(LOCAL_COMMANDS, argv);
  if (local) return runCommand(local, argv);
  if (findCommand(CLOUD_USAGES, argv)) return (await loadCloud()).cloudMain(argv);
  console.error(help());
  return argv.includes('--help') || argv.includes('-h') ? 0 : 2;
}

/** A bundle of its own: the AWS clients take longer to load than a local command takes to start. */
async function loadCloud(): Promise<typeof import('./cloud/cloud-main.ts')> {
  const { load } = await import(new URL('../load.mjs', import.meta.url).href);
  return load(new URL('./cloud/cloud-main.ts', import.meta.url));
}

const help = () => `neurotile: multi-sequence brain MRI in; tumour mask, measurements and report out.
Research use only, not a medical device.

On this machine:

${LOCAL_COMMANDS.map(usageText).join('\n')}

With a stack on AWS (--stack <name> or NEUROTILE_STACK says which; else NeurotilePipeline):

${CLOUD_USAGES.map(usageText).join('\n')}

Exit status: 0 done, 1 our fault, 2 the input was refused (with a code: docs/errors.md).`;
