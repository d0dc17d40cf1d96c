import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (object: { bytes: Uint8Array } | undefined) => object && new TextDecoder().decode(object.bytes);

/** What every object store has to do; each adapter's test calls this. */
export function describeObjectStore(name: string, make: () => Promise<ObjectStore>): void {
  describe(`${name} as an object store`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await make();
    });

    test('gives back what was put, byte for byte', async () => {
      const all = Uint8Array.from({ length: 256 }, (_, n) => n);
      await store.put('a/b', all);
      expect([...(await store.get('a/b'))!.bytes]).toEqual([...all]);
    });

    test('has nothing where nothing was put', async () => {
      expect(await store.get('a/b')).toBeUndefined();
      expect(await store.head('a/b')).toBeUndefined();
      expect(await store.list('a/')).toEqual([]);
    });

    test('keeps an empty object', async () => {
      await store.put('empty', new Uint8Array(0));
      expect((await store.get('empty'))!.bytes.length).toBe(0);
      expect((await store.head('empty'))!.bytes).toBe(0);
    });

    test('gives the latest, and earlier versions by name', async () => {
      const first = await store.put('k', bytes('one'));
      const second = await store.put('k', bytes('two'));
      expect(textOf(await store.get('k'))).toBe('two');
      if (first.outcome !== 'stored' || second.outcome !== 'stored') throw new Error('neither put was conditional');
      expect(first.version).not.toBe(second.version);
      expect(textOf(await store.get('k', first.version))).toBe('one');
      expect((await store.head('k'))!.version).toBe(second.version);
      expect((await store.list('k'))[0].version).toBe(second.version);
    });

    test('does not know a version that never was', async () => {
      await store.put('k', bytes('one'));
      expect(await store.get('k', '999')).toBeUndefined();
    });

    test('puts once where it is asked to', async () => {
      expect((await store.put('k', bytes('one'), { ifAbsent: true })).outcome).toBe('stored');
      expect((await store.put('k', bytes('two'), { ifAbsent: true })).outcome).toBe('exists');
      expect(textOf(await store.get('k'))).toBe('one');
    });

    test('lets exactly one of many conditional puts win', async () => {
      const puts = Array.from({ length: 20 }, (_, n) => store.put('k', bytes(`${n}`), { ifAbsent: true }));
      const outcomes = (await Promise.all(puts)).map((o) => o.outcome);
      expect(outcomes.filter((o) => o === 'stored')).toHaveLength(1);
      expect(textOf(await store.get('k'))).toBe(`${outcomes.indexOf('stored')}`);
    });

    test('keeps every one of many unconditional puts as a version of its own', async () => {
      const puts = await Promise.all(Array.from({ length: 20 }, (_, n) => store.put('k', bytes(`${n}`))));
      const versions = puts.map((o) => (o.outcome === 'stored' ? o.version : ''));
      expect(new Set(versions).size).toBe(20);
      for (const [n, version] of versions.entries()) expect(textOf(await store.get('k', version))).toBe(`${n}`);
    });

    test('lists by prefix, whole keys, in ascending order, with sizes', async () => {
      for (const key of ['p/b', 'p/a/x', 'p/a', 'pq', 'q/p/z']) await store.put(key, bytes(key));
      expect((await store.list('p/')).map((o) => o.key)).toEqual(['p/a', 'p/a/x', 'p/b']);
      expect((await store.list('p')).map((o) => o.key)).toEqual(['p/a', 'p/a/x', 'p/b', 'pq']);
      expect((await store.list('p/a')).map((o) => [o.key, o.bytes])).toEqual([
        ['p/a', 3],
        ['p/a/x', 5],
      ]);
    });

    test('takes ordinary names: spaces, plus signs, other alphabets', async () => {
      const keys = ['incoming/Study 1/a+b.nii.gz', 'incoming/Ärztin/脑 MRI.nii', 'incoming/%2F/x'];
      for (const key of keys) await store.put(key, bytes(key));
      for (const key of keys) expect(textOf(await store.get(key))).toBe(key);
      expect((await store.list('incoming/')).map((o) => o.key).sort()).toEqual([...keys].sort());
    });

    test('has nothing where an object was removed, but still its versions', async () => {
      const first = await store.put('k', bytes('one'));
      const second = await store.put('k', bytes('two'));
      await store.remove('k');
      expect(await store.get('k')).toBeUndefined();
      expect(await store.head('k')).toBeUndefined();
      expect(await store.list('')).toEqual([]);
      if (first.outcome !== 'stored' || second.outcome !== 'stored') throw new Error('neither put was conditional');
      expect(textOf(await store.get('k', first.version))).toBe('one');
      expect(textOf(await store.get('k', second.version))).toBe('two');
    });

    test('stores again where an object was removed, conditionally too, in a version of its own', async () => {
      const first = await store.put('k', bytes('one'));
      await store.remove('k');
      const second = await store.put('k', bytes('two'), { ifAbsent: true });
      if (first.outcome !== 'stored' || second.outcome !== 'stored') throw new Error('nothing was there');
      expect(second.version).not.toBe(first.version);
      expect(textOf(await store.get('k'))).toBe('two');
      expect((await store.put('k', bytes('three'), { ifAbsent: true })).outcome).toBe('exists');
      await store.remove('k');
      await store.put('k', bytes('four'));
      expect(textOf(await store.get('k'))).toBe('four');
      expect(textOf(await store.get('k', second.version))).toBe('two');
    });

    test('removes one object and leaves its neighbours', async () => {
      for (const key of ['a', 'a/b', 'ab']) await store.put(key, bytes(key));
      await store.remove('a');
      expect((await store.list('')).map((o) => o.key)).toEqual(['a/b', 'ab']);
    });

    test('does not mind removing nothing, or twice', async () => {
      await store.remove('k');
      await store.put('k', bytes('one'));
      await store.remove('k');
      await store.remove('k');
      expect(await store.list('')).toEqual([]);
    });

    test('lets exactly one of many conditional puts win after a removal', async () => {
      await store.put('k', bytes('old'));
      await store.remove('k');
      const puts = Array.from({ length: 20 }, (_, n) => store.put('k', bytes(`${n}`), { ifAbsent: true }));
      const outcomes = (await Promise.all(puts)).map((o) => o.outcome);
      expect(outcomes.filter((o) => o === 'stored')).toHaveLength(1);
      expect(textOf(await store.get('k'))).toBe(`${outcomes.indexOf('stored')}`);
    });

    test('does not mind what happens to the bytes after the put', async () => {
      const mine = bytes('one');
      await store.put('k', mine);
      mine[0] = 0;
      expect(textOf(await store.get('k'))).toBe('one');
    });
  });
}
