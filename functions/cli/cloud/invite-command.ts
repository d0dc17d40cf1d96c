import { writeFile } from 'node:fs/promises';
import { credentialsEndMs, presignPost } from '../../adapters/aws/operator/presign-post.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { CURRENT_MODEL_KEY, incomingPrefix, modelKey } from '../../contract/keys.ts';
import { type ModelSpec, SEQUENCES } from '../../contract/model.ts';
import { LIMITS } from '../../contract/stages.ts';
import { checkName } from '../../core/study/check-name.ts';
import { getJson } from '../../pipeline/json.ts';
import type { ObjectStore } from '../../pipeline/ports.ts';
import { type Given, UsageError } from '../command.ts';
import { buildInvitePage, type InvitedFile } from './invite-page.ts';
import { openCloud } from './open-cloud.ts';

/** `neurotile invite`: a page for somebody without this program. */
export async function inviteCommand(given: Given): Promise<number> {
  const study = checkName(given.operands[0]);
  const mostMb = given.number('max-mb', 1, LIMITS.fileBytes / 1024 ** 2);
  const seconds = durationSeconds(given.text('expires')!);
  const { stack, client, studies } = await openCloud(given);
  const files = await Promise.all(
    [...(await sequencesOf(studies)), 'seg' as const].map(async (name): Promise<InvitedFile> => {
      const keyStem = incomingPrefix(study) + name;
      const bounds = {
        bucket: stack.studiesBucket,
        keyStart: `${keyStem}.nii`,
        mostBytes: mostMb * 1024 ** 2,
        seconds,
      };
      return { name, keyStem, ...(await presignPost(client, bounds)) };
    }),
  );
  const askedMs = systemClock.nowMs() + seconds * 1000;
  const untilMs = Math.min(askedMs, (await credentialsEndMs(client)) ?? askedMs);
  const until = `${new Date(untilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const out = given.text('out') ?? `invite-${study.replace(/[^\p{L}\p{N}.-]+/gu, '-')}.html`;
  await writeFile(out, buildInvitePage({ study, files, until, mostMb }));
  console.log(`${out}: whoever has this page can upload "${study}" until ${until}`);
  if (untilMs < askedMs)
    console.log(
      'That is when your own session ends; keys of an IAM user, made for this, would last as long as you asked.',
    );
  console.log('The study starts two minutes after its last file.');
  return 0;
}

/** What the current model needs; all, where none is current yet. */
async function sequencesOf(studies: ObjectStore): Promise<ModelSpec['sequences']> {
  const current = await getJson<{ digest: string }>(studies, CURRENT_MODEL_KEY);
  const metadata = current && (await getJson<{ neurotile: ModelSpec }>(studies, modelKey(current.digest)));
  return metadata?.neurotile.sequences ?? SEQUENCES;
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/**
 * "7d", "12h", "30m" -> seconds. Signatures of version 4 last a week at most.
 * @throws UsageError
 */
export function durationSeconds(text: string): number {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const seconds = Number(count) * UNITS[unit];
  if (seconds > 0 && seconds <= 7 * UNITS.d) return seconds;
  throw new UsageError(`--expires is "${text}": expected 1m to 7d`);
}
