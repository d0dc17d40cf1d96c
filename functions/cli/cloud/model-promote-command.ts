import { NeurotileError } from '../../core/errors.ts';
import { type ModelVersion, modelVersions } from '../../pipeline/training/model-versions.ts';
import { rollBack } from '../../pipeline/training/service.ts';
import type { Given } from '../command.ts';
import { openCloud } from './open-cloud.ts';
import { putInServiceForSure, tellInService } from './put-in-service.ts';

/** `neurotile model promote`: what the gate let through, or whatever the operator answers for. */
export async function modelPromoteCommand(given: Given): Promise<number> {
  const cloud = await openCloud(given);
  const version = find(given.operands[0], await modelVersions(cloud.studies));
  const { digest, verdict } = version;
  const mayServe = verdict?.verdict === 'passed' || version.registered === undefined || version.state === 'retired';
  if (!mayServe && !given.flag('without-gate'))
    throw new NeurotileError('GATE', { found: verdict?.reasons.join('; ') ?? 'no verdict yet' });
  await putInServiceForSure(digest, 'operator', cloud.studies);
  tellInService(digest, cloud);
  return 0;
}

/** `neurotile model rollback`: back to the model before the one in service. */
export async function modelRollbackCommand(given: Given): Promise<number> {
  const cloud = await openCloud(given);
  const digest = await rollBack(cloud.studies);
  if (digest === undefined) {
    console.error('Somebody else changed the model in service just now: see "neurotile model versions".');
    return 1;
  }
  tellInService(digest, cloud);
  return 0;
}

function find(start: string, versions: readonly ModelVersion[]): ModelVersion {
  const found = versions.filter(({ digest }) => digest.startsWith(start));
  if (found.length === 1 && start.length >= 12) return found[0];
  throw new NeurotileError('MODEL', {
    found: `${found.length} models whose digest begins with ${start}`,
    expected: 'twelve digits or more of one, as "neurotile model versions" shows them',
  });
}
