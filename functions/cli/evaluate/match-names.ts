import { basename } from 'node:path';

/** `sub-01_dseg.nii.gz` -> `sub-01`: a mask's name without what every mask's name ends in. */
export function stemOf(file: string): string {
  return basename(file)
    .replace(/\.nii(\.gz)?$/i, '')
    .replace(/[_-](seg|dseg|mask|pred|prediction)$/i, '');
}

/**
 * Which of `others` each name means: the one of the same name, or else the only one with the same last part
 * (`a/BraTS_1` and `BraTS_1`), as long as no other name ends so.
 * @returns name -> index into `others`
 */
export function matchNames(names: readonly string[], others: readonly string[]): Map<string, number> {
  const matches = new Map<string, number>();
  for (const name of names) {
    const same = others.indexOf(name);
    const at = same >= 0 ? same : onlyIndex(others, lastPart(name));
    const isClear = same >= 0 || names.filter((other) => lastPart(other) === lastPart(name)).length === 1;
    if (at >= 0 && isClear) matches.set(name, at);
  }
  return matches;
}

function onlyIndex(names: readonly string[], last: string): number {
  const hits = names.flatMap((name, n) => (lastPart(name) === last ? [n] : []));
  return hits.length === 1 ? hits[0] : -1;
}

const lastPart = (name: string) => name.slice(name.lastIndexOf('/') + 1);
