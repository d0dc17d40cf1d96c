import type { Bucket } from '../../functions/contract/stages.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import type { HandlerRights, ObjectAction } from '../../infra/rights.ts';

/** What IAM would say, thrown where a real bucket would answer 403. */
export class Forbidden extends Error {}

/** A store that lets through what the rights allow, object by object; names may be listed by whoever has any right. */
export function guarded(
  store: ObjectStore,
  bucket: Bucket,
  { objects }: HandlerRights,
  use: (right: string) => void,
): ObjectStore {
  const may = (action: ObjectAction, key: string) => {
    const right = objects.find((o) => o.bucket === bucket && key.startsWith(o.prefix) && o.may.includes(action));
    if (!right) throw new Forbidden(`${action} ${bucket}/${key}`);
    use(`${action} ${bucket}/${right.prefix}`);
  };
  return {
    async get(key, version) {
      may(version === undefined ? 'read' : 'pinned', key);
      return store.get(key, version);
    },
    async head(key) {
      may('read', key);
      return store.head(key);
    },
    async put(key, bytes, options) {
      may('write', key);
      return store.put(key, bytes, options);
    },
    async list(prefix) {
      if (!objects.some((o) => o.bucket === bucket)) throw new Forbidden(`list ${bucket}/${prefix}`);
      return store.list(prefix);
    },
    async remove(key) {
      may('remove', key);
      return store.remove(key);
    },
  };
}
