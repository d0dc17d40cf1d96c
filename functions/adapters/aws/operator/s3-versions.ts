import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Version, VersionedBucket } from '../../../cli/cloud/erase-study.ts';
import { NeurotileError } from '../../../core/errors.ts';
import { begunUploads } from './s3-parts.ts';

/** S3 deletes so many at once. */
const AT_ONCE = 1000;

/** A bucket's versions, to be deleted for good. */
export function createS3Versions({ client, bucket }: { client: S3Client; bucket: string }): VersionedBucket {
  return {
    versions: (prefix) => allVersions(client, bucket, prefix),
    async erase(versions) {
      for (let n = 0; n < versions.length; n += AT_ONCE) {
        const Objects = versions.slice(n, n + AT_ONCE).map((v) => ({ Key: v.key, VersionId: v.version }));
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        if (Errors.length > 0) throw notDeleted(Errors.length, Errors[0].Code);
      }
    },
    begun: (prefix) => begunUploads(client, bucket, prefix),
    async abort(key, upload) {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: upload }));
    },
  };
}

/** A key that a stranger chose may hold what XML cannot: it comes encoded as forms are. */
async function allVersions(client: S3Client, bucket: string, prefix: string): Promise<Version[]> {
  const found: Version[] = [];
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    const decoded = (key = '') => (page?.EncodingType ? decodeURIComponent(key.replaceAll('+', ' ')) : key);
    const from = {
      KeyMarker: page?.NextKeyMarker && decoded(page.NextKeyMarker),
      VersionIdMarker: page?.NextVersionIdMarker,
    };
    page = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, EncodingType: 'url', ...from }),
    );
    for (const { Key, VersionId = 'null' } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
      found.push({ key: decoded(Key), version: VersionId });
  } while (page.IsTruncated);
  return found;
}

const notDeleted = (count: number, code = 'an error') =>
  code === 'AccessDenied'
    ? new NeurotileError('ACCESS_DENIED', { found: 'no right to s3:DeleteObjectVersion' })
    : new NeurotileError('INTERNAL', { found: `${count} objects that S3 did not delete: ${code}` });
