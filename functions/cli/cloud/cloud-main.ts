import { type Command, findCommand, runCommand } from '../command.ts';
import { deleteCommand } from './delete-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { inviteCommand } from './invite-command.ts';
import { modelFetchCommand } from './model-fetch-command.ts';
import { modelPromoteCommand, modelRollbackCommand } from './model-promote-command.ts';
import { modelUseCommand } from './model-use-command.ts';
import { modelVersionsCommand } from './model-versions-command.ts';
import { redriveCommand } from './redrive-command.ts';
import { fetchCommand, statusCommand, watchCommand } from './status-commands.ts';
import { uploadCommand } from './upload-command.ts';
import { CLOUD_USAGES, type CloudCommandName } from './usages.ts';

const RUN: Readonly<Record<CloudCommandName, Command['run']>> = {
  doctor: doctorCommand,
  'model use': modelUseCommand,
  'model versions': modelVersionsCommand,
  'model promote': modelPromoteCommand,
  'model rollback': modelRollbackCommand,
  'model fetch': modelFetchCommand,
  upload: uploadCommand,
  invite: inviteCommand,
  status: statusCommand,
  watch: watchCommand,
  fetch: fetchCommand,
  redrive: redriveCommand,
  delete: deleteCommand,
};

/** A command line that one of CLOUD_USAGES fits. @returns the exit status */
export function cloudMain(argv: readonly string[]): Promise<number> {
  // The lock file says which SDK runs, and that one runs here.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const usage = findCommand(CLOUD_USAGES, argv)!;
  return runCommand({ ...usage, run: RUN[usage.name] }, argv);
}
