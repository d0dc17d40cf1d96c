import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createFolderStore } from '../../functions/adapters/folder-store.ts';
import { notifying } from '../../functions/adapters/notifying-store.ts';
import { describeObjectStore } from '../conformance/object-store.ts';
import { createMemoryStore } from '../helpers/memory-store.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

const tempFolder = tempFolders();

describeObjectStore('a folder', async () => createFolderStore(await tempFolder()));
describeObjectStore('memory', async () => createMemoryStore());
describeObjectStore('a store that tells', async () => notifying(createMemoryStore(), async () => {}));

describe('a folder as an object store', () => {
  test.each(['../outside', 'a/../../b', 'a//b', '/a', 'a/', 'a/\u0007bell', './a', 'a/=1'])(
    'refuses the key %j',
    async (key) => {
      const store = createFolderStore(await tempFolder());
      await expect(store.put(key, new Uint8Array(1))).rejects.toMatchObject({ code: 'NAME' });
      await expect(store.get(key)).rejects.toMatchObject({ code: 'NAME' });
    },
  );

  test('is there again when it is opened again', async () => {
    const folder = await tempFolder();
    await createFolderStore(folder).put('k', new Uint8Array([7]));
    expect((await createFolderStore(folder).get('k'))!.bytes[0]).toBe(7);
    expect((await createFolderStore(folder).put('k', new Uint8Array([8]), { ifAbsent: true })).outcome).toBe('exists');
  });

  test('leaves nothing aside', async () => {
    const folder = await tempFolder();
    const store = createFolderStore(folder);
    await Promise.all(Array.from({ length: 5 }, () => store.put('k', new Uint8Array(3), { ifAbsent: true })));
    expect(await readdir(join(folder, 'aside'))).toEqual([]);
  });
});

describe('a store that tells', () => {
  test('tells of each object it stored, after it is there, and of none that it did not', async () => {
    const told: string[] = [];
    const inner = createMemoryStore();
    const store = notifying(inner, async (key) => {
      expect(await inner.head(key)).toBeDefined();
      told.push(key);
    });
    await store.put('a', new Uint8Array(1));
    await store.put('a', new Uint8Array(1), { ifAbsent: true });
    await store.put('b', new Uint8Array(1), { ifAbsent: true });
    expect(told).toEqual(['a', 'b']);
  });
});
