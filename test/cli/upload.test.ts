import { createHash } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createNodeCodec } from '../../functions/adapters/node-codec.ts';
import { fetchResults } from '../../functions/cli/fetch-results.ts';
import { findStudies } from '../../functions/cli/find-studies.ts';
import { type LocalFile, type UploadTarget, upload, uploadTo } from '../../functions/cli/upload.ts';
import { LIMITS } from '../../functions/contract/stages.ts';
import { toJson } from '../../functions/pipeline/json.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

const codec = createNodeCodec();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function createNotingTarget(held: readonly string[] = []) {
  const log: string[] = [];
  let study: unknown;
  const target: UploadTarget = {
    holds: async (key) => held.includes(key),
    async send(key, { bytes }: LocalFile, onSent) {
      await new Promise((later) => setTimeout(later, 10));
      onSent(bytes);
      log.push(key);
    },
    async finish(key, bytes) {
      log.push(key);
      study = JSON.parse(new TextDecoder().decode(bytes));
    },
  };
  return { target, log, study: () => study };
}

describe('upload', () => {
  const tempFolder = tempFolders();
  const makeStudy = async (files: Record<string, string>) => {
    const folder = join(await tempFolder());
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const [study] = await findStudies(folder);
    return { ...study, name: 's' };
  };

  test('puts study.json last: what its uploader wrote, and the size and sha256 of each file', async () => {
    const study = await makeStudy({ 't1.nii': 'one', 't2.nii': 'four', 'study.json': '{"labelTable":"msd"}' });
    const { target, log, study: said } = createNotingTarget();
    expect(await uploadTo(study, target, async (path) => sha256(path.endsWith('t1.nii') ? 'one' : 'four'))).toEqual({
      sent: 2,
      files: 2,
    });
    expect(log.toSorted()).toEqual(['incoming/s/study.json', 'incoming/s/t1.nii', 'incoming/s/t2.nii']);
    expect(log.at(-1)).toBe('incoming/s/study.json');
    expect(said()).toEqual({
      labelTable: 'msd',
      files: [
        { name: 't1.nii', bytes: 3, sha256: sha256('one') },
        { name: 't2.nii', bytes: 4, sha256: sha256('four') },
      ],
    });
  });

  test('counts what lies there already as sent, without sending it', async () => {
    const study = await makeStudy({ 't1.nii': 'one', 't2.nii': 'four' });
    const { target, log } = createNotingTarget(['incoming/s/t1.nii']);
    const seen: string[] = [];
    const outcome = await uploadTo(study, target, async () => '', {
      onTotal: (bytes) => void seen.push(`total ${bytes}`),
      onSent: (bytes) => void seen.push(`sent ${bytes}`),
    });
    expect(outcome).toEqual({ sent: 1, files: 2 });
    expect(log).toEqual(['incoming/s/t2.nii', 'incoming/s/study.json']);
    expect(seen).toEqual(['total 7', 'sent 3', 'sent 4']);
  });

  test('sends nothing of a study of which one file is too large', async () => {
    const study = await makeStudy({ 't1.nii': 'one', 't2.nii': '' });
    await truncate(join(study.folder, 't2.nii'), LIMITS.fileBytes + 1);
    const { target, log } = createNotingTarget();
    await expect(uploadTo(study, target, async () => '')).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(log).toEqual([]);
  });

  test('into a store keeps the versions of what did not change', async () => {
    const study = await makeStudy({ 't1.nii': 'one', 't2.nii': 'four' });
    const store = createMemoryStore();
    await upload(study, store, codec);
    const before = await store.list('');
    await writeFile(join(study.folder, 't2.nii'), 'five');
    await upload(study, store, codec);
    const changed = (await store.list('')).filter(({ version }, n) => version !== before[n].version);
    expect(changed.map(({ key }) => key)).toEqual(['incoming/s/study.json', 'incoming/s/t2.nii']);
  });
});

describe('fetching a result that others could write to', () => {
  const tempFolder = tempFolders();
  const run = 'ab'.repeat(16);
  const storeOf = async (name: string, text: string, said = text) => {
    const store = createMemoryStore();
    const key = `results/s/${run}/${name}`;
    await store.put(key, new TextEncoder().encode(text));
    const artefacts = { [name]: { key, sha256: sha256(said), bytes: said.length } };
    await store.put(`results/s/${run}/result.json`, toJson({ v: 1, study: 's', run, artefacts }));
    return store;
  };
  const fetched = async (store: Awaited<ReturnType<typeof storeOf>>, folder: string) =>
    fetchResults(`results/s/${run}/result.json`, store, folder, codec);

  test('takes what is as the result says', async () => {
    const result = await fetched(await storeOf('registered/t1.png', 'x'), await tempFolder());
    expect(result.run).toBe(run);
  });

  test('refuses an artefact that is not what the result says', async () => {
    await expect(fetched(await storeOf('mask.nii.gz', 'x', 'y'), await tempFolder())).rejects.toMatchObject({
      code: 'INTERNAL',
      fields: { file: 'mask.nii.gz', found: sha256('x'), expected: sha256('y') },
    });
  });

  test('never leaves the folder', async () => {
    await expect(fetched(await storeOf('../outside', 'x'), await tempFolder())).rejects.toMatchObject({ code: 'NAME' });
  });
});
