import { createInterface } from 'node:readline/promises';
import { createS3Versions } from '../../adapters/aws/operator/s3-versions.ts';
import { createNodeCodec } from '../../adapters/node-codec.ts';
import { NeurotileError } from '../../core/errors.ts';
import { type Given, UsageError } from '../command.ts';
import { type EraseParts, erase, findRemains, type StudyRemains, type Version } from './erase-study.ts';
import { openCloud } from './open-cloud.ts';

/** `neurotile delete`: for good, once somebody said yes. */
export async function deleteCommand(given: Given): Promise<number> {
  const [study] = given.operands;
  const { stack, client, studies, work } = await openCloud(given);
  const parts: EraseParts = {
    studies: { ...studies, ...createS3Versions({ client, bucket: stack.studiesBucket }) },
    work: { ...work, ...createS3Versions({ client, bucket: stack.workBucket }) },
    codec: createNodeCodec(),
  };
  const remains = await findRemains(study, parts);
  if ([remains.incoming, remains.results, remains.work, remains.begun].every((found) => found.length === 0))
    throw new NeurotileError('STUDY_UNKNOWN', { found: `"${study}" in the stack ${stack.name}` });
  console.log(remainsText(remains));
  if (!given.flag('yes') && !(await isConfirmed(study))) {
    console.log('Nothing was deleted.');
    return 2;
  }
  await erase(remains, parts);
  console.log('Deleted, in all versions. A run that was under way may still write something: look again with status.');
  return 0;
}

function remainsText({ study, runs, incoming, results, work, begun }: StudyRemains): string {
  const text = (what: string, versions: readonly Version[]) =>
    `  ${what.padEnd(9)}${new Set(versions.map(({ key }) => key)).size} objects in ${versions.length} versions`;
  const lines = [`${study}:`, text('incoming', incoming), text('results', results), text('work', work)];
  lines.push(`  runs     ${runs.length}`);
  if (begun.length > 0) lines.push(`  ${begun.length} uploads that were not completed`);
  return lines.join('\n');
}

async function isConfirmed(study: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('nobody is there to ask: --yes says that it is meant');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Delete "${study}" for good? Type its name: `);
  terminal.close();
  return answer.trim() === study;
}
