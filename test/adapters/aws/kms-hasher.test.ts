import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKmsClient } from '../../../functions/adapters/aws/clients.ts';
import { createKmsHasher } from '../../../functions/adapters/aws/kms-hasher.ts';
import { json, jsonError } from './recorded-answers.ts';
import { type Answer, type Call, type RecordedAws, startRecordedAws } from './recorded-aws.ts';

let aws: RecordedAws;
beforeAll(async () => {
  aws = await startRecordedAws();
});
afterAll(() => aws.close());

const hasher = () => createKmsHasher({ client: createKmsClient({ attempts: 2, timeoutMs: 300 }), keyId: 'key-1' });

/** KMS with "Jefe" as its key: RFC 4231, test case 2. */
function kms({ body }: Call): Answer {
  const message = Buffer.from(JSON.parse(body.toString()).Message, 'base64');
  return json({ KeyId: 'key-1', Mac: createHmac('sha256', 'Jefe').update(message).digest('base64') });
}

describe('names hashed by KMS', () => {
  test('are the first 32 hex digits of their HMAC-SHA256', async () => {
    aws.answer(kms);
    expect(await hasher()('what do ya want for nothing?')).toBe('5bdcc146bf60754e6a042426089575c7');
    expect(JSON.parse(aws.calls[0].body.toString())).toMatchObject({ KeyId: 'key-1', MacAlgorithm: 'HMAC_SHA_256' });
  });

  test('are asked for once, also by several at once, and again after a failure', async () => {
    aws.answer(jsonError(400, 'DisabledException'), kms);
    const hash = hasher();
    await expect(hash('s')).rejects.toMatchObject({ name: 'DisabledException' });
    const [one, two] = await Promise.all([hash('s'), hash('s')]);
    expect([one, await hash('s')]).toEqual([two, two]);
    expect(await hash('t')).not.toBe(one);
    expect(aws.calls).toHaveLength(3);
  });

  test('are forgotten some time: memory is bounded', async () => {
    aws.answer(kms);
    const hash = hasher();
    for (let n = 0; n < 1001; n++) await hash(`study ${n}`);
    await hash('study 1000');
    expect(aws.calls).toHaveLength(1001);
    await hash('study 0');
    expect(aws.calls).toHaveLength(1002);
  });

  test('an answer that is no such hash is an error', async () => {
    aws.answer(json({ KeyId: 'key-1' }));
    await expect(hasher()('s')).rejects.toThrow('HMAC of 0 bytes, expected 32');
  });
});
