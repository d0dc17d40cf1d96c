import { describe, expect, test } from '@jest/globals';
import type { StudyError } from '../../functions/contract/documents.ts';
import { errorKey, incomingPrefix, manifestKey, resultKey } from '../../functions/contract/keys.ts';
import { LIMITS } from '../../functions/contract/stages.ts';
import { NeurotileError } from '../../functions/core/errors.ts';
import { announce } from '../../functions/pipeline/announce.ts';
import { errorKeyOf } from '../../functions/pipeline/error-key.ts';
import { fail } from '../../functions/pipeline/fail.ts';
import { handle } from '../../functions/pipeline/handle.ts';
import { fromJson } from '../../functions/pipeline/json.ts';
import { useTinyModel } from '../helpers/house.ts';
import { makePorts, putText } from '../helpers/make-ports.ts';

const RUN = '0123456789abcdef0123456789abcdef';

describe('a study whose name cannot be used', () => {
  test.each([
    ['..', '"\\.\\."'],
    ['a/../../b', '"\\.\\."'],
    ['.', 'a part "\\."'],
    ['a//b', 'an empty part'],
    ['bell\u0007', 'a control character'],
    ['x'.repeat(1010), '1010 bytes'], // with incoming/ and /f.nii: a key of 1,024 bytes and more
    ['脑'.repeat(334), '1002 bytes'],
  ])('is refused, and its error is where it can be written and read: %j', async (study, says) => {
    const ports = makePorts();
    await useTinyModel(ports.studies);
    await putText(ports.studies, `${incomingPrefix(study)}f.nii`, '');
    const verdict = await handle({ v: 1, stage: 'ingest', study }, { firstSentMs: 0 }, ports);
    expect(verdict).toEqual({ verdict: 'refused', code: 'NAME' });

    const [{ key }] = await ports.studies.list('results/');
    expect(key).toMatch(/^results\/_unnamed\/[0-9a-f]{32}\/error\.json$/);
    expect(Buffer.byteLength(key)).toBeLessThanOrEqual(LIMITS.keyBytes);
    const error = fromJson<StudyError>((await ports.studies.get(key))!.bytes);
    expect(error).toMatchObject({ study, kind: 'refused', code: 'NAME' });
    expect(error.message).toMatch(new RegExp(says));

    await announce({ v: 1, stage: 'announce', key }, ports);
    const studyHash = await ports.hashStudy(study);
    expect(ports.told).toMatchObject([{ type: 'Study Refused', code: 'NAME', key, studyHash }]);
    expect(await ports.work.list('open/')).toEqual([]);
  });
});

describe('the place of an error', () => {
  test.each(['Study 1', 'a+b', 'a%2Fb', 'Müller/脑', 'x'.repeat(900), '_unnamed/x'])(
    'is in the own results of %j',
    async (study) => {
      const key = await errorKeyOf(study, makePorts().codec);
      expect(key).toBe(errorKey(study));
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(LIMITS.keyBytes);
    },
  );

  test('differs for names that differ', async () => {
    const { codec } = makePorts();
    expect(await errorKeyOf('..', codec)).not.toBe(await errorKeyOf('../..', codec));
    // printf .. | sha256sum
    expect(await errorKeyOf('..', codec)).toBe('results/_unnamed/5ec1f7e700f37c3d0b2981d04855fc34/error.json');
  });
});

describe('a run that has a result', () => {
  test('does not fail by what a late copy of a message met', async () => {
    const ports = makePorts();
    await putText(ports.work, manifestKey(RUN), JSON.stringify({ study: 'a', run: RUN }));
    await putText(ports.studies, resultKey('a', RUN), '{}');
    await fail({ v: 1, stage: 'tile', run: RUN }, new NeurotileError('INTERNAL'), ports);
    expect(await ports.studies.head(errorKey('a'))).toBeUndefined();
    expect(await ports.work.list('open/')).toEqual([]);
  });
});
