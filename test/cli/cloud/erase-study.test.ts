import { beforeEach, describe, expect, test } from '@jest/globals';
import { createNodeCodec } from '../../../functions/adapters/node-codec.ts';
import {
  type EraseParts,
  erase,
  findRemains,
  type Version,
  type VersionedBucket,
} from '../../../functions/cli/cloud/erase-study.ts';
import { errorKey, failureKey, manifestKey, nudgeKey, openKey, tensorKey } from '../../../functions/contract/keys.ts';
import { toJson } from '../../../functions/pipeline/json.ts';
import { errorIdOf } from '../../../functions/pipeline/open-work.ts';
import type { ObjectStore } from '../../../functions/pipeline/ports.ts';
import { createMemoryStore } from '../../helpers/memory-store.ts';

const runOf = (digit: string) => digit.repeat(32);
const codec = createNodeCodec();

/** A store that remembers each version it was given, and what of that was deleted for good. */
function createVersionedStore(): ObjectStore & VersionedBucket & { kept: Version[] } {
  const store = createMemoryStore();
  const kept: Version[] = [];
  const uploads = [
    { key: 'incoming/a/left-over.nii', id: 'u1' },
    { key: 'incoming/a/b/other.nii', id: 'u2' },
  ];
  return {
    ...store,
    kept,
    async put(key, bytes, options) {
      const outcome = await store.put(key, bytes, options);
      if (outcome.outcome === 'stored') kept.push({ key, version: outcome.version });
      return outcome;
    },
    versions: async (prefix) => kept.filter(({ key }) => key.startsWith(prefix)),
    async erase(versions) {
      for (const version of versions) kept.splice(kept.indexOf(version), 1);
    },
    begun: async (prefix) => uploads.filter(({ key }) => key.startsWith(prefix)),
    async abort(_, upload) {
      uploads.splice(
        uploads.findIndex(({ id }) => id === upload),
        1,
      );
    },
  };
}

describe('deleting a study', () => {
  let studies: ReturnType<typeof createVersionedStore>;
  let work: ReturnType<typeof createVersionedStore>;
  let parts: EraseParts;
  const put = (store: ObjectStore, key: string, value: object = {}) => store.put(key, toJson(value));
  const errorOf = (run: string) => ({ v: 1, study: 'a', kind: 'failed', code: 'STALLED', message: '', run });

  beforeEach(async () => {
    studies = createVersionedStore();
    work = createVersionedStore();
    parts = { studies, work, codec };
    await put(studies, 'incoming/a/t1.nii');
    await put(studies, 'incoming/a/t1.nii');
    await put(studies, 'incoming/a/b/t1.nii');
    await put(studies, 'incoming/ab/t1.nii');
    await put(studies, `results/a/${runOf('1')}/registered/t1.nii`);
    await put(studies, `results/a/b/${runOf('2')}/result.json`);
    await put(studies, 'results/a/b/error.json');
    await put(studies, errorKey('a'), errorOf(runOf('3')));
    await put(studies, errorKey('a'), errorOf(runOf('4')));
    for (const digit of ['1', '2', '3', '4', '5']) await put(work, manifestKey(runOf(digit)));
    await put(work, tensorKey(runOf('1'), 't0'));
    await put(work, nudgeKey(runOf('3'), 1));
    await put(work, failureKey(runOf('3'), 't0', 'x'));
    await put(work, openKey(runOf('5')), { v: 1, study: 'a', run: runOf('5') });
    await put(work, openKey(runOf('2')), { v: 1, study: 'a/b', run: runOf('2') });
    await put(work, openKey(await errorIdOf(errorKey('a'), codec)), { v: 1, study: 'a' });
  });

  test('finds its runs in its results, in every error that it ever had, and among those under way', async () => {
    expect((await findRemains('a', parts)).runs.sort()).toEqual(['1', '3', '4', '5'].map(runOf));
  });

  test('leaves nothing of it in any version, and everything of others', async () => {
    await erase(await findRemains('a', parts), parts);
    expect(studies.kept.map(({ key }) => key)).toEqual([
      'incoming/a/b/t1.nii',
      'incoming/ab/t1.nii',
      `results/a/b/${runOf('2')}/result.json`,
      'results/a/b/error.json',
    ]);
    expect(work.kept.map(({ key }) => key)).toEqual([manifestKey(runOf('2')), openKey(runOf('2'))]);
    expect(await studies.begun('incoming/')).toEqual([{ key: 'incoming/a/b/other.nii', id: 'u2' }]);
    const after = await findRemains('a', parts);
    expect([after.incoming, after.results, after.work, after.begun].flat()).toEqual([]);
  });
});
