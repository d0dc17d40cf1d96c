/** 1 where a label is one of those wanted, else 0; of the same length and order. */
export function maskOf(labels: Uint8Array, wanted: readonly number[]): Uint8Array {
  const isWanted = new Uint8Array(256);
  for (const label of wanted) isWanted[label] = 1;
  const out = new Uint8Array(labels.length);
  for (let n = 0; n < out.length; n++) out[n] = isWanted[labels[n]];
  return out;
}
