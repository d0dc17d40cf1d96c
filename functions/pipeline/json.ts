import type { ObjectStore, PutOutcome } from './ports.ts';

/** JSON as bytes: two-space indent, keys in the order they were made, one line feed at the end. */
export function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

export function fromJson<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}

/** A document, or undefined where there is none yet. */
export async function getJson<T>(store: ObjectStore, key: string): Promise<T | undefined> {
  const object = await store.get(key);
  return object && fromJson<T>(object.bytes);
}

/**
 * Writes a document once. Every writer of a key writes the same, so who was first does not matter.
 * @returns what the store said; `conflict` means: try again.
 */
export async function putJsonOnce(store: ObjectStore, key: string, value: unknown): Promise<PutOutcome['outcome']> {
  return (await store.put(key, toJson(value), { ifAbsent: true })).outcome;
}
