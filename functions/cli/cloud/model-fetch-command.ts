import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { modelKey, networkKey } from '../../contract/keys.ts';
import { NeurotileError } from '../../core/errors.ts';
import { type Given, needed } from '../command.ts';
import { openCloud } from './open-cloud.ts';
import { storedDigest } from './stored-digest.ts';

/** `neurotile model fetch`: a model of the stack as the bundle that `run` takes, and a deployment with endpoints. */
export async function modelFetchCommand(given: Given): Promise<number> {
  const { studies } = await openCloud(given);
  const [start] = given.operands;
  const out = needed(given, 'out');
  const digest = await storedDigest(start, studies);
  if (digest === undefined) throw new NeurotileError('MODEL', { found: `no model whose digest begins with ${start}` });
  for (const [name, key] of [
    ['configs/metadata.json', modelKey(digest)],
    ['models/model.onnx', networkKey(digest)],
  ]) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    await writeFile(join(out, name), (await studies.get(key))!.bytes);
  }
  console.log(`model ${digest.slice(0, 12)}: ${out}`);
  return 0;
}
