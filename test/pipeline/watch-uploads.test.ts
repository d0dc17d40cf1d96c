import { describe, expect, test } from '@jest/globals';
import { errorKey, incomingPrefix, runPrefix, waitingKey } from '../../functions/contract/keys.ts';
import { errorKeyOf } from '../../functions/pipeline/error-key.ts';
import { openRun } from '../../functions/pipeline/open-work.ts';
import { watch } from '../../functions/pipeline/watch.ts';
import { makePorts, putText } from '../helpers/make-ports.ts';

const RUN = '0123456789abcdef0123456789abcdef';

/** Studies that lie there, seen by the first tick of an hour, 45 minutes or more after their upload. */
async function uploaded(...studies: string[]) {
  const ports = { ...makePorts(), deadLetters: { peek: async () => [] } };
  for (const study of studies) await putText(ports.studies, `${incomingPrefix(study)}t1.nii`, '');
  return {
    ...ports,
    /** Lets time pass until so many minutes after the next full hour, then looks. */
    async watchAt(minutes: number) {
      const pastHour = (ports.clock.nowMs() / 1000) % 3600;
      ports.clock.passSeconds(3600 - pastHour + 60 * minutes);
      return watch(ports);
    },
  };
}

describe('an upload of which nobody heard', () => {
  test('is begun in the first tick of an hour, however odd its name', async () => {
    const names = ['a', 'Müller+脑/x y', '..', 'z'.repeat(950)];
    const { watchAt, sent } = await uploaded(...names);
    expect(await watchAt(2)).toMatchObject({ moved: 4 });
    expect(new Set(sent.map((m) => m.stage === 'ingest' && m.study))).toEqual(new Set(names));
  });

  test('is not looked for in the other ticks', async () => {
    const { watchAt, sent } = await uploaded('a');
    expect(await watchAt(7)).toMatchObject({ moved: 0 });
    expect(sent).toEqual([]);
  });

  test('is begun once an hour until something is written of it', async () => {
    const { watchAt, sent, studies } = await uploaded('a');
    await watchAt(0);
    await watchAt(0);
    expect(sent).toHaveLength(2);
    await putText(studies, waitingKey('a'), '{}');
    await watchAt(0);
    expect(sent).toHaveLength(2);
  });

  test.each([
    ['an error', errorKey('a')],
    ['a picture', `${runPrefix('a', RUN)}registered/T1.nii.gz`],
  ])('is none where %s was written of it', async (_, key) => {
    const { watchAt, studies } = await uploaded('a');
    await putText(studies, key, '{}');
    expect(await watchAt(0)).toMatchObject({ moved: 0 });
  });

  test('is none where its name was refused', async () => {
    const { watchAt, studies, codec } = await uploaded('..');
    await putText(studies, await errorKeyOf('..', codec), '{}');
    expect(await watchAt(0)).toMatchObject({ moved: 0 });
  });

  test('is none where its run is under way', async () => {
    const ports = await uploaded('a');
    ports.clock.passSeconds(40 * 60);
    await openRun('a', RUN, ports);
    expect(await ports.watchAt(0)).toMatchObject({ moved: 0 });
  });

  test("is one where only another study's results lie below its own", async () => {
    const { watchAt, studies, sent } = await uploaded('a');
    await putText(studies, errorKey('a/b'), '{}');
    await watchAt(0);
    expect(sent).toEqual([{ v: 1, stage: 'ingest', study: 'a' }]);
  });

  test('is none yet where its last file just came, and none any more a day later', async () => {
    const { watchAt, studies, clock } = await uploaded('a');
    clock.passSeconds(40 * 60);
    await putText(studies, `${incomingPrefix('a')}t2.nii`, '');
    expect(await watchAt(0)).toMatchObject({ moved: 0 });
    expect(await watchAt(0)).toMatchObject({ moved: 1 });
    clock.passSeconds(26 * 3600);
    expect(await watchAt(0)).toMatchObject({ moved: 0 });
  });

  test('is found among very many, a share of them an hour', async () => {
    const names = Array.from({ length: 2000 }, (_, n) => `s${n}`);
    const { watchAt, sent, studies } = await uploaded(...names);
    for (const name of names) if (!/^s(3|1999)$/.test(name)) await putText(studies, errorKey(name), '{}');
    await watchAt(0);
    await watchAt(0);
    expect(new Set(sent.map((m) => m.stage === 'ingest' && m.study))).toEqual(new Set(['s3', 's1999']));
  });
});
