import { createNodeCodec } from '../../adapters/node-codec.ts';
import type { Given } from '../command.ts';
import { findModel, putModel, putNetwork } from '../models.ts';
import { type Cloud, openCloud } from './open-cloud.ts';
import { putInServiceForSure, tellInService } from './put-in-service.ts';
import { storedDigest } from './stored-digest.ts';

/** `neurotile model use`: its files first, and then what says that it is current. */
export async function modelUseCommand(given: Given): Promise<number> {
  const cloud = await openCloud(given);
  const [asked] = given.operands;
  const stored = /^[0-9a-f]{12,64}$/.test(asked) ? await storedDigest(asked, cloud.studies) : undefined;
  const digest = stored ?? (await putBundle(asked, cloud));
  await putInServiceForSure(digest, 'operator', cloud.studies);
  tellInService(digest, cloud);
  return 0;
}

async function putBundle(asked: string, { studies }: Cloud): Promise<string> {
  const model = await findModel(asked);
  await putNetwork(model, studies, createNodeCodec());
  await putModel(model, studies);
  return model.metadata.neurotile.digest;
}
