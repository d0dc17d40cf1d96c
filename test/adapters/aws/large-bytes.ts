/** Prime, so that no two parts of an upload begin alike. */
const PERIOD = 65_537;

/** So many bytes that their order shows: noise by a multiplicative hash, over and over. */
export function largeBytes(length: number): Uint8Array {
  const noise = Uint8Array.from({ length: PERIOD }, (_, n) => Math.imul(n ^ (n >>> 7), 2654435761) >>> 24);
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += PERIOD) bytes.set(noise.subarray(0, length - start), start);
  return bytes;
}
