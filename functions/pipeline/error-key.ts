import { errorKey, unnamedErrorKey } from '../contract/keys.ts';
import { checkName } from '../core/study/check-name.ts';
import type { Codec } from './ports.ts';

/**
 * Where a study's `error.json` lies: in its own folder of results, or, where its name can be no part of a key ("..",
 * control characters, too long), in one named by a hash of that name; the document tells the name itself.
 */
export async function errorKeyOf(study: string, codec: Codec): Promise<string> {
  if (isName(study)) return errorKey(study);
  const hash = await codec.sha256(new TextEncoder().encode(study));
  return unnamedErrorKey(hash.slice(0, 32));
}

/** Whether a study may be called so. */
export function isName(study: string): boolean {
  try {
    checkName(study);
    return true;
  } catch {
    return false;
  }
}
