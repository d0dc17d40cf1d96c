import { modelKey, networkKey } from '../../contract/keys.ts';
import { NeurotileError } from '../../core/errors.ts';
import type { ObjectStore } from '../../pipeline/ports.ts';

/**
 * The whole of a digest of which the beginning was given; undefined where nothing in the store begins so.
 * @throws NeurotileError MODEL where more than one does
 */
export async function storedDigest(start: string, studies: ObjectStore): Promise<string | undefined> {
  const keys = (await studies.list(`models/${start}`)).map(({ key }) => key);
  const digests = [...new Set(keys.map((key) => key.split('/')[1]))];
  if (digests.length > 1)
    throw new NeurotileError('MODEL', { found: `${digests.length} models whose digest begins with ${start}` });
  const [digest] = digests;
  const isWhole = digest !== undefined && [modelKey(digest), networkKey(digest)].every((key) => keys.includes(key));
  return isWhole ? digest : undefined;
}
