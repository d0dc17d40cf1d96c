import { createNodeCodec } from '../../adapters/node-codec.ts';
import { modelKey, networkKey } from '../../contract/keys.ts';
import { NeurotileError } from '../../core/errors.ts';
import type { Given } from '../command.ts';
import { findModel, putNetwork, useDigest, useModel } from '../models.ts';
import { type Cloud, openCloud } from './open-cloud.ts';

/** `neurotile model use`: its files first, and then what says that it is current. */
export async function modelUseCommand(given: Given): Promise<number> {
  const cloud = await openCloud(given);
  const [asked] = given.operands;
  const stored = /^[0-9a-f]{12,64}$/.test(asked) ? await storedDigest(asked, cloud) : undefined;
  const digest = stored ?? (await putModel(asked, cloud));
  if (stored !== undefined) await useDigest(stored, cloud.studies);
  console.log(`current model: ${digest.slice(0, 12)}. Studies under way end with the one that they began with.`);
  if (cloud.stack.predictor !== 'lambda')
    console.log('Each model has an endpoint of its own: deploy with that model before studies come.');
  return 0;
}

async function putModel(asked: string, { studies }: Cloud): Promise<string> {
  const model = await findModel(asked);
  await putNetwork(model, studies, createNodeCodec());
  await useModel(model, studies);
  return model.metadata.neurotile.digest;
}

/** The whole of a digest of which the beginning was given; undefined where nothing in the store begins so. */
async function storedDigest(start: string, { studies }: Cloud): Promise<string | undefined> {
  const keys = (await studies.list(`models/${start}`)).map(({ key }) => key);
  const digests = [...new Set(keys.map((key) => key.split('/')[1]))];
  if (digests.length > 1)
    throw new NeurotileError('MODEL', { found: `${digests.length} models whose digest begins with ${start}` });
  const [digest] = digests;
  const isWhole = digest !== undefined && [modelKey(digest), networkKey(digest)].every((key) => keys.includes(key));
  return isWhole ? digest : undefined;
}
