import type { ObjectStore } from '../pipeline/ports.ts';

/** A store that tells of every object it creates, as S3 does. */
export function notifying(store: ObjectStore, created: (key: string) => Promise<void>): ObjectStore {
  return {
    ...store,
    async put(key, bytes, options) {
      const outcome = await store.put(key, bytes, options);
      if (outcome.outcome === 'stored') await created(key);
      return outcome;
    },
  };
}
