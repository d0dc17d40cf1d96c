import { createHash, createHmac } from 'node:crypto';
import type { Message } from '../../functions/contract/messages.ts';
import type { ObjectStore } from '../../functions/pipeline/ports.ts';
import { json, s3Error, s3Versions, sqsSent } from '../adapters/aws/recorded-answers.ts';
import type { Answer, Call } from '../adapters/aws/recorded-aws.ts';

export interface FakeAws {
  /** What is answered to a call of S3, SQS, EventBridge or KMS: as much of them as the handlers ask for. */
  answer(call: Call): Promise<Answer>;
  /** What was sent to any queue, and what was published. */
  sent: { message: Message; delaySeconds: number }[];
  published: Record<string, unknown>[];
}

/** AWS on stores of ours: a bucket a store, by path. */
export function createFakeAws(
  buckets: Record<string, ObjectStore>,
  created: (bucket: string, key: string) => void,
): FakeAws {
  const sent: FakeAws['sent'] = [];
  const published: FakeAws['published'] = [];

  async function s3({ method, url, headers, body }: Call): Promise<Answer> {
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const [, bucket, ...path] = pathname.split('/').map(decodeURIComponent);
    const [store, key] = [buckets[bucket], path.join('/')];
    if (method === 'GET' && searchParams.has('versions')) return listed(store, searchParams.get('prefix') ?? '');
    if (method === 'HEAD') {
      const info = await store.head(key);
      if (!info) return { status: 404 };
      return { headers: { ...versioned(info.version, info.storedMs), 'Content-Length': String(info.bytes) } };
    }
    if (method === 'GET') {
      const object = await store.get(key, searchParams.get('versionId') ?? undefined);
      return object ? { headers: versioned(object.version), body: object.bytes } : s3Error(404, 'NoSuchKey');
    }
    if (method === 'DELETE') {
      await store.remove(key);
      return { status: 204 };
    }
    const outcome = await store.put(key, body, { ifAbsent: headers['if-none-match'] === '*' });
    if (outcome.outcome !== 'stored') return s3Error(412, 'PreconditionFailed');
    created(bucket, key);
    return { headers: versioned(outcome.version) };
  }

  function service(target: string, call: Call): Answer {
    const asked = JSON.parse(call.body.toString());
    if (target.endsWith('.SendMessage')) {
      sent.push({ message: JSON.parse(asked.MessageBody), delaySeconds: asked.DelaySeconds });
      return sqsSent(call);
    }
    if (target.endsWith('.ReceiveMessage')) return json({});
    if (target.endsWith('.PutEvents')) {
      for (const { Detail } of asked.Entries) published.push(JSON.parse(Detail));
      return json({ FailedEntryCount: 0, Entries: asked.Entries.map(() => ({ EventId: 'e' })) });
    }
    const mac = createHmac('sha256', 'key').update(Buffer.from(asked.Message, 'base64')).digest('base64');
    return json({ KeyId: asked.KeyId, Mac: mac, MacAlgorithm: 'HMAC_SHA_256' });
  }

  return {
    sent,
    published,
    async answer(call) {
      const target = call.headers['x-amz-target'];
      return typeof target === 'string' ? service(target, call) : s3(call);
    },
  };
}

const versioned = (version: string, storedMs = Date.now()) => ({
  'x-amz-version-id': version,
  'Last-Modified': new Date(storedMs).toUTCString(),
  ETag: `"${createHash('md5').update(version).digest('hex')}"`,
});

async function listed(store: ObjectStore, prefix: string): Promise<Answer> {
  const versions = (await store.list(prefix)).map(
    ({ key, version, bytes, storedMs }) =>
      `<Version><Key>${encodeURIComponent(key)}</Key><VersionId>${version}</VersionId><IsLatest>true</IsLatest>` +
      `<LastModified>${new Date(storedMs).toISOString()}</LastModified><Size>${bytes}</Size></Version>`,
  );
  return s3Versions(`<IsTruncated>false</IsTruncated>${versions.join('')}`);
}
