import type { Bucket } from '../../functions/contract/stages.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';

/** Requests and bytes, as S3 and SQS bill them. */
export interface Counts {
  /** PUT and LIST: S3's dearer class. */
  puts: number;
  lists: number;
  /** GET and HEAD. */
  gets: number;
  /** Bytes put, by bucket. */
  studiesBytes: number;
  workBytes: number;
  /** Messages sent to queues, but for S3's own notifications. */
  sent: number;
}

export const emptyCounts = (): Counts => ({ puts: 0, lists: 0, gets: 0, studiesBytes: 0, workBytes: 0, sent: 0 });

export function addTo(sum: Counts, one: Counts): Counts {
  const keys = Object.keys(emptyCounts()) as (keyof Counts)[];
  return Object.fromEntries(keys.map((key) => [key, sum[key] + one[key]])) as unknown as Counts;
}

/** A store that counts what is asked of it, and tells of what it created, as S3 does. */
export function counting(
  store: ObjectStore,
  bucket: Bucket,
  counts: Counts,
  created: (key: string) => void,
): ObjectStore {
  return {
    ...store,
    get(key, version) {
      counts.gets++;
      return store.get(key, version);
    },
    head(key) {
      counts.gets++;
      return store.head(key);
    },
    list(prefix) {
      counts.lists++;
      return store.list(prefix);
    },
    async put(key, bytes, options) {
      counts.puts++;
      const outcome = await store.put(key, bytes, options);
      if (outcome.outcome !== 'stored') return outcome;
      counts[bucket === 'studies' ? 'studiesBytes' : 'workBytes'] += bytes.length;
      created(key);
      return outcome;
    },
  };
}
