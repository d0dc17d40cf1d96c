const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const EQUALS = 61;

/** Bytes as base64 (RFC 4648, with padding): three bytes make four letters of six bits. */
export function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(4 * Math.ceil(bytes.length / 3));
  for (let n = 0, o = 0; n < bytes.length; n += 3, o += 4) {
    const bits = (bytes[n] << 16) | (bytes[n + 1] << 8) | bytes[n + 2]; // what is missing counts as 0
    out[o] = CODES[bits >> 18];
    out[o + 1] = CODES[(bits >> 12) & 63];
    out[o + 2] = CODES[(bits >> 6) & 63];
    out[o + 3] = CODES[bits & 63];
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  out.fill(EQUALS, out.length - missing);
  return new TextDecoder('latin1').decode(out);
}

/** Hexadecimal digits as bytes. */
export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, n) => Number.parseInt(hex.slice(2 * n, 2 * n + 2), 16));
}
