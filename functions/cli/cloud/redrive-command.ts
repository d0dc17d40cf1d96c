import { createSqsClient } from '../../adapters/aws/clients.ts';
import { throwingCoded } from '../../adapters/aws/operator/coded-errors.ts';
import { createSqsLetterBox } from '../../adapters/aws/operator/sqs-letter-box.ts';
import type { Bucket } from '../../contract/stages.ts';
import { STAGE_NAMES } from '../../contract/stages.ts';
import { type Given, UsageError } from '../command.ts';
import { openCloud } from './open-cloud.ts';
import { redrive, reopenRuns } from './redrive.ts';

/** `neurotile redrive`: dead letters back to their queues. */
export async function redriveCommand(given: Given): Promise<number> {
  const [asked] = given.operands;
  const stages = STAGE_NAMES.filter((stage) => asked === undefined || stage === asked);
  if (stages.length === 0) throw new UsageError(`"${asked}" is no stage: expected one of ${STAGE_NAMES.join(', ')}`);
  const { stack, work } = await openCloud(given);
  const client = throwingCoded(createSqsClient());
  const buckets = new Map<string, Bucket>([
    [stack.studiesBucket, 'studies'],
    [stack.workBucket, 'work'],
  ]);
  const outcomes = await Promise.all(
    stages.map((stage) => {
      const [queueUrl, deadLetterUrl] = [stack.queueUrls[stage], stack.deadLetterUrls[stage]];
      const box = createSqsLetterBox({ client, queueUrl, deadLetterUrl });
      return redrive(box, (body) => reopenRuns(body, work, (name) => buckets.get(name)));
    }),
  );
  for (const [n, { sent, left }] of outcomes.entries()) {
    if (sent > 0) console.log(`${stages[n]}: ${sent} sent again`);
    if (left > 0)
      console.log(`${stages[n]}: about ${left} left, which somebody else is looking at: try again in a minute`);
  }
  if (outcomes.every(({ sent }) => sent === 0)) console.log('There are no dead letters to send again.');
  return 0;
}
