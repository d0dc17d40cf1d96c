import type { ObjectStore } from '../../functions/pipeline/ports.ts';

/** A versioned store in memory: what outlives a process that tests let crash. */
export function createMemoryStore(): ObjectStore {
  const objects = new Map<string, { bytes: Uint8Array; storedMs: number }[]>();
  const infoOf = (key: string) => {
    const versions = objects.get(key);
    if (!versions) return undefined;
    const { bytes, storedMs } = versions[versions.length - 1];
    return { key, version: String(versions.length), bytes: bytes.length, storedMs };
  };
  return {
    async get(key, version) {
      const versions = objects.get(key);
      if (!versions) return undefined;
      const number = version === undefined ? versions.length : Number(version);
      const found = versions[number - 1];
      return found && { bytes: found.bytes.slice(), version: String(number) };
    },
    async head(key) {
      return infoOf(key);
    },
    async put(key, bytes, { ifAbsent = false } = {}) {
      if (ifAbsent && objects.has(key)) return { outcome: 'exists' };
      const versions = objects.get(key) ?? [];
      versions.push({ bytes: bytes.slice(), storedMs: Date.now() });
      objects.set(key, versions);
      return { outcome: 'stored', version: String(versions.length) };
    },
    async list(prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map((key) => infoOf(key)!);
    },
  };
}
