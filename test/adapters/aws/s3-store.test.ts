/** @jest-environment ./test/adapters/aws/node-errors-environment.mjs */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createS3Client } from '../../../functions/adapters/aws/clients.ts';
import { createS3Store } from '../../../functions/adapters/aws/s3-store.ts';
import type { ObjectStore } from '../../../functions/pipeline/ports.ts';
import { largeBytes } from './large-bytes.ts';
import { s3Error, s3Versions, s3Xml } from './recorded-answers.ts';
import { type Answer, type Call, type RecordedAws, startRecordedAws } from './recorded-aws.ts';

let aws: RecordedAws;
let store: ObjectStore;
beforeAll(async () => {
  aws = await startRecordedAws();
});
afterAll(() => aws.close());
beforeEach(() => {
  store = createS3Store({ client: createS3Client({ attempts: 3, timeoutMs: 300 }), bucket: 'b' });
});

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (object: { bytes: Uint8Array } | undefined) => object && new TextDecoder().decode(object.bytes);
const stored: Answer = { headers: { 'x-amz-version-id': '3sL4kqtJ', ETag: '"e"' } };
const object = (body: string): Answer => ({ ...stored, body });
const checksum = (data: string | Uint8Array) => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data));
  return sum.toString('base64');
};

describe('what S3 says of a read', () => {
  test('an object comes with its version', async () => {
    aws.answer(object('hello'));
    const got = await store.get('results/s/mask.nii.gz');
    expect([textOf(got), got!.version]).toEqual(['hello', '3sL4kqtJ']);
    expect(aws.calls.map((c) => [c.method, c.url])).toEqual([['GET', '/b/results/s/mask.nii.gz?x-id=GetObject']]);
  });

  test('an earlier version is asked for by its id', async () => {
    aws.answer(object('old'));
    expect(textOf(await store.get('k', '3sL4+k/=qtJ'))).toBe('old');
    expect(new URL(aws.calls[0].url, aws.url).searchParams.get('versionId')).toBe('3sL4+k/=qtJ');
  });

  test('a bucket without versions calls its only one null', async () => {
    aws.answer({ body: 'x' });
    expect((await store.get('k'))!.version).toBe('null');
  });

  test.each([
    ['no such key', s3Error(404, 'NoSuchKey', '<Key>k</Key>')],
    [
      'deleted since',
      { ...s3Error(404, 'NoSuchKey'), headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'd' } },
    ],
  ])('%s: there is nothing', async (_, answer) => {
    aws.answer(answer);
    expect(await store.get('k')).toBeUndefined();
    expect(aws.calls).toHaveLength(1);
  });

  test.each([
    ['no such version', s3Error(404, 'NoSuchVersion', '<Key>k</Key><VersionId>999</VersionId>')],
    ['nothing that could be one', s3Error(400, 'InvalidArgument', '<ArgumentName>versionId</ArgumentName>')],
    [
      'a delete marker',
      s3Error(405, 'MethodNotAllowed', '<Method>GET</Method><ResourceType>DeleteMarker</ResourceType>'),
    ],
  ])('a version that is %s: there is nothing', async (_, answer) => {
    aws.answer(answer);
    expect(await store.get('k', '999')).toBeUndefined();
  });

  test.each(['NoSuchBucket', 'AccessDenied', 'InvalidArgument'])('%s is not taken for a missing key', async (code) => {
    aws.answer(s3Error(code === 'NoSuchBucket' ? 404 : 403, code));
    await expect(store.get('k')).rejects.toMatchObject({ name: code });
  });

  test('a HEAD tells size, version and time, or nothing', async () => {
    const headers = {
      'Content-Length': '12',
      'Last-Modified': 'Sat, 10 Oct 2026 08:00:00 GMT',
      'x-amz-version-id': 'v',
    };
    aws.answer({ headers }, { status: 404 });
    // 1,791,619,200 s: date -u -d '2026-10-10T08:00:00Z' +%s
    expect(await store.head('k')).toEqual({ key: 'k', version: 'v', bytes: 12, storedMs: 1_791_619_200_000 });
    expect(await store.head('k')).toBeUndefined();
  });
});

describe('trouble', () => {
  test.each<[string, Answer]>([
    ['a throttle', s3Error(503, 'SlowDown')],
    ['an error of S3’s own', s3Error(500, 'InternalError')],
    ['silence', { trouble: 'silence' }],
    ['a body that stalls', { ...object('hello world'), trouble: 'stall' }],
    ['a body that breaks off', { ...object('hello world'), trouble: 'break' }],
    [
      'a body that is not what its checksum says',
      { body: 'hEllo', headers: { 'x-amz-checksum-crc32': checksum('hello') } },
    ],
  ])('%s is got over', async (_, trouble) => {
    aws.answer(trouble, object('hello'));
    expect(textOf(await store.get('k'))).toBe('hello');
    expect(aws.calls).toHaveLength(2);
  });

  test('silence that lasts is an error', async () => {
    aws.answer({ trouble: 'silence' });
    await expect(store.get('k')).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(aws.calls).toHaveLength(3);
  });

  test('a body that always breaks off is an error, not half an object', async () => {
    aws.answer({ ...object('hello world'), trouble: 'break' });
    await expect(store.get('k')).rejects.toThrow();
    expect(aws.calls).toHaveLength(3);
  });

  test('refused rights are told at once', async () => {
    aws.answer(s3Error(403, 'AccessDenied'));
    await expect(store.put('k', bytes('x'))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(aws.calls).toHaveLength(1);
  });
});

describe('a put', () => {
  test('sends the bytes with their checksum, and gives the new version', async () => {
    aws.answer(stored);
    expect(await store.put('k', bytes('hello'))).toEqual({ outcome: 'stored', version: '3sL4kqtJ' });
    const [{ method, headers, body }] = aws.calls;
    expect([method, body.toString(), headers['x-amz-checksum-crc32']]).toEqual(['PUT', 'hello', checksum('hello')]);
    expect(headers['if-none-match']).toBeUndefined();
  });

  test.each([
    ['stored', stored],
    ['exists', s3Error(412, 'PreconditionFailed', '<Condition>If-None-Match</Condition>')],
    ['conflict', s3Error(409, 'ConditionalRequestConflict', '<Condition>If-None-Match</Condition>')],
  ])('where there must be none is %s', async (outcome, answer) => {
    aws.answer(answer);
    expect(await store.put('k', bytes('x'), { ifAbsent: true })).toMatchObject({ outcome });
    expect(aws.calls.map((c) => c.headers['if-none-match'])).toEqual(['*']);
  });

  test('that was not conditional has no such outcomes', async () => {
    aws.answer(s3Error(409, 'OperationAborted'));
    await expect(store.put('k', bytes('x'))).rejects.toMatchObject({ name: 'OperationAborted' });
  });

  test('whose first answer was lost says that the object exists', async () => {
    aws.answer({ trouble: 'silence' }, s3Error(412, 'PreconditionFailed'));
    expect(await store.put('k', bytes('x'), { ifAbsent: true })).toEqual({ outcome: 'exists' });
  });

  test.each([
    ['a/../b', '/b/a/../b'],
    ['./a', '/b/./a'],
    ['a//b/', '/b/a//b/'],
    ['a+b c%2Fd', '/b/a%2Bb%20c%252Fd'],
    ['Ärztin/脑', '/b/%C3%84rztin/%E8%84%91'],
    ["it's(1)!*", '/b/it%27s%281%29%21%2A'],
  ])('uses the key %j as it is', async (key, path) => {
    aws.answer(stored);
    await store.put(key, bytes('x'));
    expect(aws.calls[0].url.split('?')[0]).toBe(path);
  });

  test('remove makes a delete marker: no version is named', async () => {
    aws.answer({ status: 204, headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'd' } });
    await store.remove('open/1.json');
    expect(aws.calls.map((c) => [c.method, c.url])).toEqual([['DELETE', '/b/open/1.json?x-id=DeleteObject']]);
  });
});

describe('a large object', () => {
  // Four parts of 16 MiB and one of a byte.
  const large = largeBytes(64 * 1024 ** 2 + 1);
  const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
  const query = ({ url }: Call) => new URL(url, aws.url).searchParams;
  const verb = (call: Call) => {
    if (call.method === 'POST') return query(call).has('uploads') ? 'begin' : 'complete';
    return { PUT: 'part', DELETE: 'abort', HEAD: 'head' }[call.method];
  };
  const created = s3Xml('<InitiateMultipartUploadResult><UploadId>u 1</UploadId></InitiateMultipartUploadResult>');
  const completed: Answer = {
    ...s3Xml('<CompleteMultipartUploadResult><ETag>"w-5"</ETag></CompleteMultipartUploadResult>'),
    headers: { 'Content-Type': 'application/xml', 'x-amz-version-id': 'whole' },
  };

  /** An S3 that takes parts; `trouble` answers where it wants to. */
  function s3(trouble: (call: Call) => Answer | undefined = () => undefined) {
    aws.answer((call) => {
      const usual: Record<string, Answer> = {
        begin: created,
        part: {
          headers: {
            ETag: `"part ${query(call).get('partNumber')}"`,
            'x-amz-checksum-crc32': String(call.headers['x-amz-checksum-crc32']),
          },
        },
        complete: completed,
        abort: { status: 204 },
        head: { status: 404 },
      };
      return trouble(call) ?? usual[verb(call)!];
    });
  }
  const verbs = () => aws.calls.map(verb);

  test('goes in parts, and is put together with the checksums of all', async () => {
    s3();
    expect(await store.put('k', large)).toEqual({ outcome: 'stored', version: 'whole' });
    expect(verbs()).toEqual(['begin', 'part', 'part', 'part', 'part', 'part', 'complete']);
    const parts = aws.calls
      .slice(1, -1)
      .sort((a, b) => Number(query(a).get('partNumber')) - Number(query(b).get('partNumber')));
    expect(sha256(Buffer.concat(parts.map((p) => p.body)))).toBe(sha256(large));
    expect(parts.map((p) => p.body.length)).toEqual([...new Array(4).fill(16 * 1024 ** 2), 1]);
    expect(aws.calls.slice(1).map((c) => query(c).get('uploadId'))).toEqual(new Array(6).fill('u 1'));
    const { headers, body } = aws.calls.at(-1)!;
    expect(headers['x-amz-mp-object-size']).toBe(String(large.length));
    expect(body.toString().match(/<ChecksumCRC32>[^<]*/g)).toEqual(
      parts.map((part) => `<ChecksumCRC32>${checksum(part.body)}`),
    );
    expect(body.toString().match(/<PartNumber>\d+<\/PartNumber>/g)).toEqual(
      [1, 2, 3, 4, 5].map((n) => `<PartNumber>${n}</PartNumber>`),
    );
    expect(body.toString()).toMatch(/part 1.*part 2.*part 3.*part 4.*part 5/s);
  });

  test('is put together only where there is none, where that was asked for', async () => {
    s3();
    expect(await store.put('k', large, { ifAbsent: true })).toMatchObject({ outcome: 'stored' });
    expect(aws.calls.filter((c) => c.headers['if-none-match'] === '*').map(verb)).toEqual(['complete']);
  });

  test('is not sent where there is one already', async () => {
    s3((call) => (verb(call) === 'head' ? { headers: { 'Content-Length': '1' } } : undefined));
    expect(await store.put('k', large, { ifAbsent: true })).toEqual({ outcome: 'exists' });
    expect(verbs()).toEqual(['head']);
  });

  test.each([
    [412, 'PreconditionFailed', 'exists'],
    [409, 'ConditionalRequestConflict', 'conflict'],
  ])('that meets a %p at its end is aborted', async (status, code, outcome) => {
    s3((call) => (verb(call) === 'complete' ? s3Error(status, code) : undefined));
    expect(await store.put('k', large, { ifAbsent: true })).toEqual({ outcome });
    expect(verbs().slice(-2)).toEqual(['complete', 'abort']);
  });

  test('of which a part cannot be sent is aborted, after every part under way', async () => {
    const isThird = (call: Call) => query(call).get('partNumber') === '3';
    s3((call) => (isThird(call) ? s3Error(403, 'AccessDenied') : undefined));
    await expect(store.put('k', large)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(verbs().at(-1)).toBe('abort');
    expect(verbs().filter((v) => v === 'abort')).toHaveLength(1);
    expect(verbs()).not.toContain('complete');
  });

  test('is aborted where S3 answers 200 with an error inside', async () => {
    s3((call) => (verb(call) === 'complete' ? { ...s3Error(200, 'InternalError') } : undefined));
    await expect(store.put('k', large)).rejects.toMatchObject({ name: 'InternalError' });
    expect(verbs().at(-1)).toBe('abort');
  });
});

describe('a list', () => {
  const version = (key: string, id: string, isLatest: boolean, size = 1) =>
    `<Version><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${isLatest}</IsLatest><LastModified>2026-10-10T08:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Version>`;
  const marker = (key: string) =>
    `<DeleteMarker><Key>${key}</Key><VersionId>d</VersionId><IsLatest>true</IsLatest><LastModified>2026-10-10T08:00:00.000Z</LastModified></DeleteMarker>`;

  test('gives the latest version of what is there, and nothing that is deleted', async () => {
    aws.answer(
      s3Versions(
        `<IsTruncated>false</IsTruncated>${version('p/a', 'a2', true, 7)}${version('p/a', 'a1', false)}${marker('p/b')}${version('p/b', 'b1', false)}${version('p/c', 'null', true)}`,
      ),
    );
    const storedMs = 1_791_619_200_000;
    expect(await store.list('p/')).toEqual([
      { key: 'p/a', version: 'a2', bytes: 7, storedMs },
      { key: 'p/c', version: 'null', bytes: 1, storedMs },
    ]);
  });

  test('reads page after page, each from where the last one ended', async () => {
    const truncated =
      '<IsTruncated>true</IsTruncated><NextKeyMarker>p/a%2Bb+c</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>';
    aws.answer(
      s3Versions(truncated + version('p/a%2Bb+c', 'v1', true)),
      s3Versions(`<IsTruncated>false</IsTruncated>${version('p/%E8%84%91%01', 'v2', true)}`),
    );
    expect((await store.list('p/')).map((o) => o.key)).toEqual(['p/a+b c', 'p/脑\u0001']);
    const [first, second] = aws.calls.map(({ url }) => Object.fromEntries(new URL(url, aws.url).searchParams));
    expect(first).toEqual({ versions: '', 'encoding-type': 'url', prefix: 'p/' });
    expect(second).toMatchObject({ 'key-marker': 'p/a+b c', 'version-id-marker': 'v1', prefix: 'p/' });
  });

  test('of nothing is empty', async () => {
    aws.answer(s3Versions('<IsTruncated>false</IsTruncated>'));
    expect(await store.list('p/')).toEqual([]);
  });
});
