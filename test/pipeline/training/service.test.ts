import { describe, expect, test } from '@jest/globals';
import { serviceKey } from '../../../functions/contract/training.ts';
import { getJson, toJson } from '../../../functions/pipeline/json.ts';
import {
  currentDigest,
  followList,
  putInService,
  rollBack,
  serviceEntries,
} from '../../../functions/pipeline/training/service.ts';
import { makeTrainingPorts, storeModel } from '../../helpers/training-ports.ts';

async function store() {
  const ports = makeTrainingPorts();
  const [a, b, c] = [await storeModel(ports, 'a'), await storeModel(ports, 'b'), await storeModel(ports, 'c')];
  const current = async () => (await getJson<{ digest: string }>(ports.studies, 'models/current.json'))?.digest;
  return { studies: ports.studies, a, b, c, current };
}

describe('the model in service', () => {
  test('is the last that was put there, and ingest sees it', async () => {
    const { studies, a, b, current } = await store();
    for (const digest of [a, b]) expect(await putInService(digest, 'operator', studies)).toBe('done');
    expect([await currentDigest(studies), await current()]).toEqual([b, b]);
  });

  test('is replaced by one of two that promote at once; the other is told to look again', async () => {
    const { studies, a, b, c, current } = await store();
    await putInService(a, 'operator', studies);
    const changes = await Promise.all([putInService(b, 'gate', studies, a), putInService(c, 'gate', studies, a)]);
    expect(changes.sort()).toEqual(['changed meanwhile', 'done']);
    expect(await serviceEntries(studies)).toHaveLength(2);
    expect(await current()).toBe((await serviceEntries(studies))[1].digest);
  });

  test('is not replaced by who was compared with another', async () => {
    const { studies, a, b, c } = await store();
    await putInService(a, 'operator', studies);
    await putInService(b, 'operator', studies);
    expect(await putInService(c, 'gate', studies, a)).toBe('changed meanwhile');
    expect(await currentDigest(studies)).toBe(b);
  });

  test('put there twice is one change', async () => {
    const { studies, a, b } = await store();
    await putInService(a, 'operator', studies);
    for (let times = 0; times < 2; times++) expect(await putInService(b, 'gate', studies, a)).toBe('done');
    expect(await serviceEntries(studies)).toHaveLength(2);
  });

  test('that was current before there was a list can be gone back to', async () => {
    const { studies, a, b } = await store();
    await studies.put('models/current.json', toJson({ digest: a }));
    await putInService(b, 'gate', studies, a);
    expect(await rollBack(studies)).toBe(a);
  });

  test('is taken back step by step, not to and fro', async () => {
    const { studies, a, b, c, current } = await store();
    for (const digest of [a, b, c]) await putInService(digest, 'operator', studies);
    expect([await rollBack(studies), await rollBack(studies)]).toEqual([b, a]);
    expect(await current()).toBe(a);
    await expect(rollBack(studies)).rejects.toMatchObject({ code: 'MODEL' });
    await putInService(c, 'operator', studies);
    expect(await rollBack(studies)).toBe(a);
  });

  test('half changed, by somebody who was killed, is changed by the next look', async () => {
    const { studies, a, b, current } = await store();
    await putInService(a, 'operator', studies);
    await studies.put(serviceKey(2), toJson({ v: 1, digest: b, by: 'operator' }));
    expect(await current()).toBe(a);
    await followList(studies);
    expect(await current()).toBe(b);
  });

  test('is one that the store has', async () => {
    const { studies } = await store();
    await expect(putInService('f'.repeat(64), 'operator', studies)).rejects.toMatchObject({ code: 'MODEL' });
  });
});
