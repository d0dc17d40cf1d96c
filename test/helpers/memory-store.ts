import type { ObjectStore } from '../../functions/pipeline/ports.ts';

/** One version of an object; without bytes it is a removal. */
interface Version {
  bytes?: Uint8Array;
  storedMs: number;
}

/** A versioned store in memory: what outlives a process that tests let crash. */
export function createMemoryStore(nowMs: () => number = Date.now): ObjectStore {
  const objects = new Map<string, Version[]>();
  const add = (key: string, version: Version) => {
    const versions = objects.get(key) ?? [];
    versions.push(version);
    objects.set(key, versions);
    return String(versions.length);
  };
  const infoOf = (key: string) => {
    const versions = objects.get(key) ?? [];
    const { bytes, storedMs } = versions.at(-1) ?? { storedMs: 0 };
    return bytes && { key, version: String(versions.length), bytes: bytes.length, storedMs };
  };
  return {
    async get(key, version) {
      const versions = objects.get(key) ?? [];
      const number = version === undefined ? versions.length : Number(version);
      const bytes = versions[number - 1]?.bytes;
      return bytes && { bytes: bytes.slice(), version: String(number) };
    },
    async head(key) {
      return infoOf(key);
    },
    async put(key, bytes, { ifAbsent = false } = {}) {
      if (ifAbsent && infoOf(key)) return { outcome: 'exists' };
      return { outcome: 'stored', version: add(key, { bytes: bytes.slice(), storedMs: nowMs() }) };
    },
    async list(prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      const sorted = keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      return sorted.flatMap((key) => infoOf(key) ?? []);
    },
    async remove(key) {
      if (infoOf(key)) add(key, { storedMs: nowMs() });
    },
  };
}
