import { createS3Parts } from '../../adapters/aws/operator/s3-parts.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { checkName } from '../../core/study/check-name.ts';
import { type Given, UsageError } from '../command.ts';
import { type FoundStudy, findStudies } from '../find-studies.ts';
import { createProgress, type Progress } from '../progress.ts';
import { type UploadTarget, uploadTo } from '../upload.ts';
import { sha256OfFile } from './file-parts.ts';
import { openCloud } from './open-cloud.ts';
import { createPartTarget } from './part-target.ts';

const MB = 1024 ** 2;

/** `neurotile upload`. */
export async function uploadCommand(given: Given): Promise<number> {
  const studies = named(await findStudies(given.operands[0]), given.text('study'));
  const { stack, client } = await openCloud(given);
  const target = createPartTarget(createS3Parts({ client, bucket: stack.studiesBucket }));
  const progress = createProgress(process.stderr, systemClock.nowMs);
  process.once('SIGINT', () => {
    progress.say(`\n${STOPPED}`);
    process.exit(130);
  });
  try {
    for (const study of studies) await uploadOne(study, target, progress);
  } catch (error) {
    progress.say(STOPPED);
    throw error;
  }
  console.log(
    `They start by themselves: neurotile ${studies.length > 1 ? 'status' : `watch ${quoted(studies[0].name)}`}`,
  );
  return 0;
}

const STOPPED =
  'Stopped. What was sent stays there for a week: the same command goes on with it, and "neurotile delete" throws it away.';

async function uploadOne(study: FoundStudy, target: UploadTarget, progress: Progress): Promise<void> {
  let total = 0;
  let done = 0;
  const show = () => {
    const [doneMb, totalMb] = [done, total].map((bytes) => Math.ceil(bytes / MB));
    progress.log({ stage: 'upload', message: `MB  ${study.name}`, done: doneMb, total: totalMb });
  };
  const { sent, files } = await uploadTo(study, target, sha256OfFile, {
    onTotal(bytes) {
      total = bytes;
      show();
    },
    onSent(bytes) {
      done += bytes;
      show();
    },
  });
  progress.end();
  console.log(`${study.name}: ${sent} of ${files} files sent${sent < files ? ', the others lay there already' : ''}`);
}

/** One study may be called something else there than its folder is here. */
function named(studies: readonly FoundStudy[], name: string | undefined): readonly FoundStudy[] {
  if (name === undefined) return studies;
  if (studies.length > 1) throw new UsageError(`--study names one study; there are ${studies.length} in that folder`);
  return [{ ...studies[0], name: checkName(name) }];
}

/** For a shell, where it needs that. */
const quoted = (name: string) => (/^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);
